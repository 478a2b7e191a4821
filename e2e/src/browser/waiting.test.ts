/** While an answer is on its way a page shows nothing that is untrue. The answers are held back at the browser's door. */
import { expect, test } from "vitest";
import { useConsole } from "./use-console.ts";

const { ui, button } = await useConsole();
const { page } = ui;
const search = page.getByPlaceholder(/^Search models/);
const rows = () => page.locator("tr[data-row]");

/** Holds back the answers of some URLs until it is told to let them through. */
async function hold(url: RegExp): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await page.unrouteAll({ behavior: "wait" });
  };
}

test("a value that is still being read is not said to be missing", async () => {
  await ui.open("/models/iris-classifier?columns=params.C&sort=version");
  await rows().first().waitFor();
  const count = await rows().count();
  const release = await hold(/\/models\/iris-classifier\/versions\?.*metrics\.accuracy/);
  await button(/^Columns/).click();
  await page.getByRole("checkbox", { name: "accuracy", exact: true }).check();
  await page.getByRole("checkbox", { name: "Memory", exact: true }).check();
  await page.keyboard.press("Escape");
  await expect.poll(() => rows().getByTitle("being read").count()).toBe(2 * count);
  expect(await page.getByTitle("not measured").count()).toBe(0);
  await ui.checkAccessibility("being-read");
  await release();
  await expect.poll(() => page.getByTitle("not measured").count()).toBe(count);
  expect(await rows().getByTitle("being read").count()).toBe(0);
  await expect.poll(() => rows().first().locator(".metric-cell").textContent()).toMatch(/^0\.\d+$/);
});

test("the palette opens for the key that was pressed before it had come", async () => {
  const release = await hold(/\/assets\/palette-[^/]*\.js$/);
  await ui.open("/settings");
  await ui.heading("Settings");
  await page.keyboard.press("Control+k");
  expect(await search.count()).toBe(0);
  await release();
  await search.waitFor();
  await page.keyboard.press("Escape");
  await search.waitFor({ state: "detached" });
});

test("what was typed into the palette before the lists came is found when they are there", async () => {
  await ui.open("/settings");
  await ui.heading("Settings");
  const release = await hold(/\/groups\/demo\/models\?/);
  await page.keyboard.press("Control+k");
  await search.fill("iris-c 2");
  await page.getByText("Nothing matches").waitFor();
  await release();
  await page.getByRole("button", { name: "iris-classifier version 2" }).waitFor();
  expect(await page.getByText("Nothing matches").count()).toBe(0);
  await search.press("Enter");
  await page.waitForURL(/models\/iris-classifier\/versions\/2$/);
});

test("nothing of one model's page goes along to another's", async () => {
  await ui.open("/models/iris-classifier");
  const release = await hold(/\/models\/iris-unsigned\/versions\?/);
  await page.getByRole("checkbox", { name: "Select version 1", exact: true }).check();
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Control+k");
  await search.fill("iris-unsigned");
  await page.getByRole("button", { name: /^iris-unsigned/ }).click();
  await ui.heading("iris-unsigned");
  expect(await rows().count()).toBe(0);
  await release();
  await page.getByRole("link", { name: "Version 1", exact: true }).waitFor();
  expect(await page.getByText("1 selected").count()).toBe(0);
  expect(ui.complaints).toEqual([]);
});
