/** Versions side by side: what differs, in a table, in charts, and for what runs now. */
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button, dialog, section } = await useConsole();
const IRIS = "versions=iris-classifier/1,iris-classifier/2,iris-classifier/3";
const table = () => section("Comparison").getByRole("table");
const row = (name: string) =>
  table()
    .getByRole("row")
    .filter({ has: ui.page.getByRole("rowheader", { name, exact: true }) });
const cells = (name: string) => row(name).getByRole("cell").allInnerTexts();
const untilRead = (count: number) =>
  expect
    .poll(() =>
      table()
        .getByRole("button", { name: /^Deploy version/ })
        .count(),
    )
    .toBe(count);
const card = (title: string) =>
  ui.page.locator("section").filter({ has: ui.page.getByRole("heading", { name: title }) });

test("two to ten versions stand side by side, numbers alike, and what differs says so in a word", async () => {
  await ui.open(`/compare?${IRIS}`);
  await ui.heading("Compare versions");
  await untilRead(3);
  const [first = "", second = "", third = ""] = await cells("accuracy");
  const decimals = [first, second, third].map((text) => /\d\.(\d+)/.exec(text)?.[1]?.length);
  expect(new Set(decimals).size).toBe(1);
  expect([first, second, third].join(" ")).toMatch(/highest/);
  expect(second).toMatch(/[+−]\d/);
  expect((await cells("C")).map((text) => text.replace(/\s/g, ""))).toEqual(["0.1", "≠1.0", "≠10.0"]);
  await row("C").getByRole("img", { name: "differs from v1:" }).first().waitFor();
  expect(await cells("Input petal length (cm)")).toEqual(["double", "double", "double"]);
  expect((await cells("scikit-learn"))[0]).toMatch(/^==\d/);
  await ui.checkAccessibility("compare");
});

test("only differences hides what is equal everywhere, says how much, and stands in the URL", async () => {
  await ui.page.getByRole("switch", { name: "Only differences" }).click();
  await ui.page.waitForURL(/only=differences/);
  await row("max_iter").waitFor({ state: "detached" });
  await row("C").waitFor();
  await table()
    .getByRole("rowheader", { name: /^Parameters\s+3 equal rows hidden$/ })
    .waitFor();
  await table()
    .getByRole("rowheader", { name: /^Requirements\s+all 7 equal$/ })
    .waitFor();
  await ui.page.reload();
  await untilRead(3);
  expect(await row("max_iter").count()).toBe(0);
  await ui.checkAccessibility("compare-differences");
  await ui.page.getByRole("switch", { name: "Only differences" }).click();
  await row("max_iter").waitFor();
});

test("a metric over all versions is drawn, told in words, and readable as a table", async () => {
  const chart = card("Metric over versions");
  await chart.getByRole("combobox", { name: "Metric" }).selectOption("log_loss");
  await ui.page.waitForURL(/metric=log_loss/);
  await chart
    .getByRole("img", {
      name: /^log_loss over 3 versions of iris-classifier: lowest .* Compared: .*version 3/,
    })
    .waitFor();
  await chart.getByText("As a table").click();
  expect(await chart.getByRole("row").count()).toBe(4);
  await chart.getByText("By time").click();
  await ui.page.waitForURL(/by=time/);
});

test("parallel coordinates draw what differs, any parameter and metric on demand, and say it in words", async () => {
  const chart = card("Parallel coordinates");
  const picture = () => chart.getByRole("img", { name: /^Parallel coordinates\. v1: / });
  expect(await picture().getAttribute("aria-label")).toMatch(/v1: C 0\.1, .*log_loss 0\.\d+.*; v2: C 1\.0, /);
  await chart.getByRole("button", { name: "v2", exact: true }).click();
  expect(await chart.getByRole("button", { name: "v2", exact: true }).getAttribute("aria-pressed")).toBe(
    "true",
  );
  await chart.getByRole("combobox", { name: "Axes" }).click();
  await ui.page.getByRole("option", { name: "solver" }).click();
  await ui.page.keyboard.press("Escape");
  await ui.page.waitForURL(/axes=[^&]*params\.solver/);
  await expect.poll(() => picture().getAttribute("aria-label")).toContain("solver lbfgs");
  await chart.getByText("As a table").click();
  await chart.getByRole("columnheader", { name: "params.solver" }).waitFor();
  await ui.checkAccessibility("compare-charts");
});

test("versions are taken out, made the baseline and added by keyboard; too few say what to do", async () => {
  await button("Take iris-classifier version 2 out").click();
  await ui.page.waitForURL(/versions=iris-classifier\/1,iris-classifier\/3/);
  await button("Make iris-classifier version 3 the baseline").press("Enter");
  await ui.page.waitForURL(/versions=iris-classifier\/3,iris-classifier\/1/);
  await button("Take iris-classifier version 1 out").press("Enter");
  await ui.page.getByText("Choose at least 2 versions").waitFor();
  await ui.checkAccessibility("compare-too-few");
  await button("Add version").press("Enter");
  const version = ui.page.getByRole("combobox", { name: "Version" });
  await expect.poll(() => version.evaluate((element) => element === document.activeElement)).toBe(true);
  await ui.checkAccessibility("compare-add");
  await version.fill("x");
  await button("Add").press("Enter");
  await ui.page.getByText("Give the number of a version.").waitFor();
  await version.fill("1");
  await version.press("Escape");
  // Only the suggestions go: longer than it would take the rest to go, too.
  await ui.page.getByRole("option", { name: /^Version 1/ }).waitFor({ state: "hidden" });
  await ui.page.waitForTimeout(500);
  await version.press("Enter");
  await ui.page.waitForURL(/versions=iris-classifier\/3,iris-classifier\/1/);
  await row("C").waitFor();
});

test("a version that is not there says so in its column, and the others stand", async () => {
  await ui.open("/compare?versions=iris-classifier/1,iris-classifier/999,diabetes-regressor/1");
  await table()
    .getByRole("columnheader", { name: /Version 999/ })
    .getByRole("alert")
    .filter({ hasText: "999" })
    .waitFor();
  await untilRead(2);
  expect((await cells("C")).map((text) => text.replace(/\s/g, ""))).toEqual(["0.1", "…", "≠–"]);
  await ui.checkAccessibility("compare-missing");
  const many = Array.from({ length: 11 }, (_, index) => `iris-classifier/${index + 1}`).join(",");
  await ui.open(`/compare?versions=${many}`);
  await ui.page.getByText("11 versions are too many").waitFor();
  await button("Take iris-classifier v11 out").click();
  await table().waitFor();
});

test("what would change is told for a deployment: callers, environment, figures, alias, and leads to the update", async () => {
  await product.api.deploy(GROUP, { name: "iris-prod", modelUri: "models:/iris-classifier@champion" });
  await product.api.until(GROUP, "iris-prod", "Deployed");
  await ui.open("/models/iris-classifier/versions/3");
  await button("Compare with…").click();
  await ui.page.getByRole("menuitem", { name: "Choose…" }).waitFor();
  await ui.page.getByRole("menuitem", { name: "Version 2, of iris-prod" }).click();
  await ui.page.waitForURL(
    /versions=iris-classifier\/2,iris-classifier\/3&deployment=iris-prod&with=iris-classifier\/3/,
  );
  const block = card("What would change if I deployed it");
  await block.getByText("Same signature").waitFor();
  await block.getByText(/The requirements are alike, nothing has to be built/).waitFor();
  await block.getByRole("row", { name: /^C 1\.0 10\.0/ }).waitFor();
  await block.getByText(/made from @champion and stays where it is.*move @champion to version 3/).waitFor();
  await ui.checkAccessibility("compare-what-would-change");
  await block.getByRole("combobox", { name: "Would run" }).selectOption("iris-classifier v2");
  await block.getByText("runs this version already.").waitFor();
  await ui.open("/compare?versions=iris-classifier/2,iris-classifier/3&deployment=nobody");
  await block.getByText("There is no deployment 'nobody' in this group.").waitFor();
  await ui.open(
    "/compare?versions=iris-classifier/3,diabetes-regressor/2&deployment=iris-prod&with=diabetes-regressor/2",
  );
  await block.getByText("Callers break", { exact: true }).waitFor();
  await block.getByRole("row", { name: /^Input bmi .* new and required/ }).waitFor();
  await ui.checkAccessibility("compare-breaks");
  await block.getByRole("link", { name: "Update iris-prod to version 2" }).click();
  await ui.heading("Update");
  await expect
    .poll(() => ui.page.getByRole("textbox", { name: "Model URI" }).inputValue())
    .toBe("models:/diabetes-regressor/2");
  await button("Deploy").click();
  await dialog()
    .getByRole("region", { name: "Callers" })
    .getByText("Callers break", { exact: true })
    .waitFor();
  await ui.checkAccessibility("compare-confirm");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
