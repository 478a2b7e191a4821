/** What a person waits for: until a table is painted, and until an open page shows a new version. */
import type { BrowserContext, Page } from "playwright-core";
import { median } from "#report/figures.ts";
import { GROUP } from "#slipway/api.ts";
import { PASSWORD, type Product } from "#slipway/product.ts";
import { COLUMNS } from "./measure-pages.ts";
import type { PaintResult } from "./results.ts";

const PAINT_MS_MAX = 120_000;
/** The first navigation fills the browser's cache, the second one compiles for it, the third one can use that. */
const WARM_UP = 2;

/** An empty page of a browser that is signed in to Slipway. */
export async function signIn(context: BrowserContext, product: Product): Promise<Page> {
  const page = await context.newPage();
  await page.goto(product.origin);
  await page.getByLabel("User name").fill("admin");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(({ pathname }) => pathname.startsWith("/g/"));
  // Another page of Slipway would lend its scripts to those that are measured.
  await page.goto("about:blank");
  return page;
}

/** The versions of a model in Slipway, with ten columns and sorted by a metric; and in MLflow's own UI, which has no such columns. */
export async function measurePaints(
  context: BrowserContext,
  { origin, mlflowUri, model, rounds }: { origin: string; mlflowUri: string; model: string; rounds: number },
): Promise<PaintResult[]> {
  const query = `columns=${COLUMNS}&sort=-metrics.accuracy`;
  const pages = [
    {
      page: "Slipway",
      url: `${origin}/g/${GROUP}/models/${model}?${query}`,
      shown: "tbody tr td a[href*='/versions/']",
    },
    { page: "MLflow's own", url: `${mlflowUri}/#/models/${model}`, shown: "a[href*='/versions/']" },
  ];
  const results: PaintResult[] = [];
  for (const { page, url, shown } of pages) {
    const times: number[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      const ms = await paintMs(context, url, shown);
      if (round >= 0) times.push(ms);
    }
    results.push({ page, ms: median(times) });
  }
  return results;
}

/** From the beginning of the navigation until something is on the screen. */
async function paintMs(context: BrowserContext, url: string, shown: string): Promise<number> {
  const page = await context.newPage();
  try {
    await page.addInitScript(`globalThis.painted = new Promise((resolve) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(shown)}) === null) requestAnimationFrame(look);
        // Behind the frame that it was in.
        else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      };
      look();
    });`);
    await page.goto(url, { timeout: PAINT_MS_MAX, waitUntil: "commit" });
    await page.locator(shown).first().waitFor({ timeout: PAINT_MS_MAX });
    return await page.evaluate<number>("painted");
  } finally {
    await page.close();
  }
}
