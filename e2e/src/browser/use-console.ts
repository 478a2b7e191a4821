/** A product of its own and a signed-in window of its console for one test file, with the words that its pages are found by. */
import type { Locator } from "playwright-core";
import { afterAll } from "vitest";
import { type Product, type ProductOptions, startProduct } from "#src/product.ts";
import { Console, startBrowser } from "./console.ts";

interface SignedIn {
  product: Product;
  /** Another window, in which nobody is signed in. */
  atTheDoor: () => Promise<Console>;
  ui: Console;
  button: (name: string | RegExp) => Locator;
  field: (name: string | RegExp) => Locator;
  dialog: () => Locator;
  /** A titled part of a page or form. */
  section: (title: string) => Locator;
  /** Opens a folded part of a form. */
  unfold: (title: string) => Promise<void>;
}

/** Starts them; all of it ends after the file's last test. */
export async function useConsole(options: ProductOptions = {}): Promise<SignedIn> {
  await using undo = new AsyncDisposableStack();
  const product = undo.use(await startProduct(options));
  const browser = await startBrowser();
  undo.defer(() => browser.close());
  const ui = await Console.signIn(browser, product);
  const kept = undo.move();
  afterAll(() => kept.disposeAsync());
  const section = (name: string) => ui.page.getByRole("region", { name, exact: true });
  return {
    product,
    atTheDoor: () => Console.atTheDoor(browser, product),
    ui,
    button: (name) => ui.page.getByRole("button", { name, exact: true }),
    field: (name) => ui.page.getByRole("textbox", { name, exact: true }),
    dialog: () => ui.page.getByRole("dialog"),
    section,
    unfold: (title) => section(title).getByRole("button", { expanded: false }).first().click(),
  };
}
