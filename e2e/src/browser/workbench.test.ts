/** Finding the right version among many: filters with completion and errors that point at the character. */
import { expect, test } from "vitest";
import { useConsole } from "./use-console.ts";

const { ui, button } = await useConsole();
const filter = () => ui.page.getByRole("textbox", { name: "Filter versions" });
const suggestion = (name: string) => ui.page.getByRole("option", { name, exact: true });
const rows = () =>
  ui.page.getByRole("row").filter({ has: ui.page.getByRole("button", { name: /^Deploy version/ }) });

test("a filter is completed while typing, put into effect with Enter, and stands in the URL", async () => {
  await ui.open("/models/iris-classifier?columns=metrics.accuracy,params.C");
  await ui.heading("iris-classifier");
  await rows().first().waitFor();
  const all = await rows().count();
  await filter().fill("accu");
  await suggestion("metrics.accuracy").click();
  await expect.poll(() => filter().inputValue()).toBe("metrics.accuracy ");
  await filter().pressSequentially(">= 0 and vers");
  await suggestion("version").waitFor();
  await ui.checkAccessibility("filter-completion");
  await filter().press("ArrowDown");
  await filter().press("Enter");
  await filter().pressSequentially("= 1");
  await filter().press("Enter");
  await ui.page.waitForURL(/filter=/);
  await expect.poll(() => rows().count()).toBe(1);
  await ui.page.getByText(`1 of ${all} versions`).waitFor();
  const url = ui.page.url();
  await ui.open("/models");
  await ui.page.goto(url);
  await expect.poll(() => rows().count()).toBe(1);
  await ui.checkAccessibility("filtered-versions");
  await button("Clear the filter").click();
  await expect.poll(() => rows().count()).toBe(all);
});

test("a filter that cannot be read is marked at the character, and what was listed stays", async () => {
  await filter().fill("metrics.accuracy > high");
  await filter().press("Enter");
  const alert = ui.page.getByRole("alert").filter({ hasText: "character 20" });
  await alert.waitFor();
  await expect(alert.locator("mark").textContent()).resolves.toBe("h");
  await ui.checkAccessibility("wrong-filter");
  expect(await rows().count()).toBeGreaterThan(1);
  await filter().fill("tags.nothing = 'there'");
  await filter().press("Enter");
  await ui.page.getByText("Nothing matches").waitFor();
});

test("a version is gone to from anywhere by its model's name and its number", async () => {
  await filter().focus();
  await ui.page.keyboard.press("Control+k");
  const search = ui.page.getByRole("textbox", { name: /^Search models, versions/ });
  await search.fill("iris-c 2");
  await ui.page.getByRole("button", { name: "iris-classifier version 2" }).waitFor();
  await ui.checkAccessibility("palette-version");
  await search.press("Enter");
  await ui.page.waitForURL(/models\/iris-classifier\/versions\/2$/);
  await ui.heading("Version 2");
  expect(ui.complaints).toEqual([]);
});
