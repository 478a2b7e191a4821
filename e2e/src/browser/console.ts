/** The console in a real browser: page objects, the accessibility check, screenshots. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect, inject } from "vitest";
import { ADMIN_PASSWORD, GROUP, type Product } from "#src/product.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** After that what is waited for does not come. */
const ACTION_MS_MAX = 60_000;
const artifacts = join(inject("repositoryRoot"), "e2e", ".artifacts");

/** Starts the browser of the fixture. @throws Error saying what to install when there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = inject("chromium");
  if (executablePath === "")
    throw new Error(
      "No Chromium was found: install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM.",
    );
  return chromium.launch({ executablePath, args: FLAGS });
}

/** One signed-in browser window of the console. */
export class Console {
  readonly page: Page;
  readonly origin: string;
  /** What the browser complained about: script errors and refused resources. */
  readonly complaints: string[] = [];

  private constructor(page: Page, origin: string) {
    this.page = page;
    this.origin = origin;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  /** Opens a new window, in which nobody is signed in. */
  static async atTheDoor(browser: Browser, product: Product): Promise<Console> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(ACTION_MS_MAX);
    const window = new Console(await context.newPage(), product.origin);
    await window.page.goto(product.origin);
    return window;
  }

  /** Opens a new window and signs in with the password. */
  static async signIn(browser: Browser, product: Product): Promise<Console> {
    const window = await Console.atTheDoor(browser, product);
    await window.page.getByLabel("User name").fill("admin");
    await window.page.getByRole("textbox", { name: "Password" }).fill(ADMIN_PASSWORD);
    await window.page.getByRole("button", { name: "Sign in" }).click();
    await window.page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    return window;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.origin}/g/${GROUP}${path}`);
  }

  async heading(name: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name }).waitFor();
  }

  /** Checks the page as it stands, in light and dark, wide and narrow; keeps a picture of each. */
  async checkAccessibility(name: string): Promise<void> {
    mkdirSync(artifacts, { recursive: true });
    const wide = this.page.viewportSize();
    for (const scheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme: scheme });
      for (const width of [1280, 390]) {
        await this.page.setViewportSize({ width, height: 900 });
        await this.page.waitForTimeout(250);
        await this.page.screenshot({
          path: join(artifacts, `${name}-${scheme}-${width}.png`),
          fullPage: true,
        });
        const overflow = await this.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, `${name} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
        if (await this.page.evaluate(() => !("axe" in window))) await this.page.evaluate(axe.source);
        const violations = await this.page.evaluate(() =>
          (window as unknown as { axe: typeof axe }).axe
            .run(document, { resultTypes: ["violations"] })
            .then((result) => result.violations),
        );
        const told = violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map((node) => `${node.html} (${node.failureSummary})`).join(" | ")}`,
        );
        expect(told, `${name}, ${scheme}, ${width} px`).toEqual([]);
      }
    }
    await this.page.emulateMedia({ colorScheme: "light" });
    if (wide) await this.page.setViewportSize(wide);
  }
}
