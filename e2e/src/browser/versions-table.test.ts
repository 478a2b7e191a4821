/** The versions table as a workbench: metrics to be compared at a glance, keyboard, selection, export, and very many rows. */
import { readFile } from "node:fs/promises";
import { afterAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { send } from "#src/api.ts";
import { startOtherMlflow } from "#src/other-mlflow/server.ts";
import { useConsole } from "./use-console.ts";

const MANY = 450;
const mlflow = await startOtherMlflow({ python: inject("python") });
afterAll(() => mlflow[Symbol.asyncDispose]());

const madeSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });

async function tell(path: string, body: object): Promise<unknown> {
  const answer = await send("POST", `${mlflow.uri}/api/2.0/mlflow/${path}`, { body });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

/** A finished run, as the source of a version. */
async function aRun(metrics: Record<string, number | string>, params: Record<string, string> = {}) {
  const made = madeSchema.parse(await tell("runs/create", { experiment_id: "0", start_time: 1 }));
  const { run_id } = made.run.info;
  const pairs = (record: Record<string, number | string>) =>
    Object.entries(record).map(([key, value]) => ({ key, value }));
  await tell("runs/log-batch", {
    run_id,
    params: pairs(params),
    metrics: pairs(metrics).map((metric) => ({ ...metric, timestamp: 1, step: 0 })),
  });
  await tell("runs/update", { run_id, status: "FINISHED", end_time: 2 });
  return { source: `mlflow-artifacts:/0/${run_id}/artifacts/model`, run_id };
}

async function register(name: string, origin: object): Promise<void> {
  await tell("model-versions/create", { name, ...origin });
}

await tell("registered-models/create", { name: "churn" });
for (const [accuracy, loss, rule] of [
  [0.5, 12.5, "=1+1"],
  [0.9731, 1e-7, 'a "b", c'],
  [0.973_12, 0.25, "plain"],
  ["NaN", "Infinity", "-5"],
  [0.973_125_312_5, 100.125, "@x"],
] as const)
  await register("churn", await aRun({ accuracy, loss, epochs: 40 }, { rule }));
await register("churn", await aRun({}));
await tell("registered-models/alias", { name: "churn", alias: "champion", version: "3" });
await tell("registered-models/create", { name: "many" });
const sources = await Promise.all([0.25, 0.5, 0.75].map((accuracy) => aRun({ accuracy })));
for (let from = 0; from < MANY; from += 50)
  await Promise.all(Array.from({ length: 50 }, (_, at) => register("many", sources[(from + at) % 3] ?? {})));

const { ui, button } = await useConsole({ mlflowUri: mlflow.uri });
const { page } = ui;
const CHURN = "/models/churn?columns=params.rule,metrics.accuracy,metrics.loss,metrics.epochs&sort=version";
const rows = () => page.locator("tr[data-row]");
const row = (version: number) => page.locator(`tr[data-row$="/${version}"]`);
const link = (version: number) => page.getByRole("link", { name: `Version ${version}`, exact: true });
const choice = (version: number) =>
  page.getByRole("checkbox", { name: `Select version ${version}`, exact: true });
const focusedRow = () => page.evaluate(() => document.activeElement?.closest("tr")?.dataset.row);

async function openChurn(): Promise<void> {
  await ui.open(CHURN);
  await ui.heading("churn");
  await expect.poll(() => rows().count()).toBe(6);
}

/** The texts of a metric's column, counted from the first metric on. */
function metricTexts(column: number): Promise<string[]> {
  return rows().evaluateAll(
    (found, at) => found.map((each) => each.querySelectorAll("td.numeric")[at]?.textContent ?? ""),
    column,
  );
}

test("metrics of a column are written alike, with a bar between the smallest and the largest of all", async () => {
  await openChurn();
  await expect.poll(() => metricTexts(0)).toEqual(["0.50000", "0.97310", "0.97312", "NaN", "0.97313", "–"]);
  expect(await metricTexts(1)).toEqual(["12.50", "1e-7", "0.25", "∞", "100.13", "–"]);
  expect(await metricTexts(2)).toEqual(["40", "40", "40", "40", "40", "–"]);
  const bars = () =>
    rows()
      .locator("td.numeric:nth-of-type(7) .metric-bar:not([data-empty]) > span")
      .evaluateAll((found) =>
        found.map((bar) => Math.round(Number.parseFloat((bar as HTMLElement).style.width))),
      );
  await expect.poll(bars).toEqual([0, 100, 100, 100]);
  // Where all values are the same there is none.
  expect(await rows().locator("td.numeric:nth-of-type(9) .metric-bar").count()).toBe(0);
  const header = page.getByRole("columnheader", { name: "accuracy" });
  expect(await header.getAttribute("title")).toBe("accuracy: 0.5 to 0.9731253125, in 4 versions");
  await ui.checkAccessibility("versions-table");
});

test("what the page shows is asked for while its script still loads", async () => {
  const { promise: asked, resolve: tell } = Promise.withResolvers<void>();
  await page.route(/\/assets\/model-page-.*\.js/, async (route) => {
    // The script is held back until the versions were asked for.
    await asked;
    await route.continue();
  });
  page.on("request", (request) => {
    if (request.url().includes("/models/churn/versions?")) tell();
  });
  await page.goto("about:blank");
  await openChurn();
  await page.unroute(/\/assets\/model-page-.*\.js/);
});

test("a bar is over the versions that meet the filter", async () => {
  await ui.open(`${CHURN}&filter=${encodeURIComponent("version in (2, 3, 5)")}`);
  await expect.poll(() => rows().count()).toBe(3);
  const header = page.getByRole("columnheader", { name: "accuracy" });
  await expect
    .poll(() => header.getAttribute("title"))
    .toBe("accuracy: 0.9731 to 0.9731253125, in 3 versions");
});

test("a shortened number is copied in full, alone and as a part of the table", async () => {
  await openChurn();
  const copied = async (selector: string) => {
    await page.evaluate((chosen) => {
      const found = document.querySelector(chosen);
      if (found !== null) window.getSelection()?.selectAllChildren(found);
    }, selector);
    await page.keyboard.press("Control+c");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied('tr[data-row="churn/5"] [data-full]')).toBe("0.9731253125");
  const table = await copied(".data-table tbody");
  const lines = table.split("\n").map((line) => line.split("\t"));
  expect(lines).toHaveLength(6);
  expect(lines[4]?.slice(5, 9)).toEqual(["@x", "0.9731253125", "100.125", "40"]);
});

test("rows are walked through, opened, selected and deployed by keyboard, and no key is taken from a field", async () => {
  await openChurn();
  await page.keyboard.press("j");
  await expect.poll(focusedRow).toBe("churn/1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect.poll(focusedRow).toBe("churn/2");
  await page.keyboard.press(" ");
  expect(await choice(2).isChecked()).toBe(true);
  await page.keyboard.press("x");
  expect(await choice(2).isChecked()).toBe(false);
  await ui.checkAccessibility("active-version");
  // Tab leads through the controls of the active row, and then out of the table.
  await link(2).focus();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Deploy version 2",
  );
  await page.keyboard.press("Tab");
  expect(await focusedRow()).toBeUndefined();
  await link(2).focus();
  await page.keyboard.press("d");
  await page.getByRole("menuitem", { name: "+ Create new deployment" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  const filter = page.getByRole("textbox", { name: "Filter versions" });
  await expect.poll(() => filter.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type("jkxd/?");
  expect(await filter.inputValue()).toBe("jkxd/?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await button("Clear the filter").click();
  await link(3).focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await ui.checkAccessibility("keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
  await link(3).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/models\/churn\/versions\/3$/);
});

test("what is selected stays while one sorts, filters and pages, and two to ten can be compared", async () => {
  await openChurn();
  expect(await button("Compare").getAttribute("aria-disabled")).toBe("true");
  await choice(1).check();
  await page.getByText("1 selected: select one more to compare").waitFor();
  await button("loss").click();
  await page.waitForURL(/sort=-metrics\.loss/);
  await choice(3).check();
  const compare = page.getByRole("link", { name: "Compare 2" });
  await compare.waitFor();
  await ui.checkAccessibility("selected-versions");
  await ui.open("/models/many");
  await ui.heading("many");
  await link(MANY).waitFor();
  expect(await page.getByText("selected").count()).toBe(0);
  for (let version = MANY; version > MANY - 11; version--) await choice(version).check();
  await page.getByText("11 selected: at most 10 can be compared, take 1 away").waitFor();
  expect(await button("Compare 11").getAttribute("aria-disabled")).toBe("true");
  await button("Clear the selection").click();
  await choice(MANY).check();
  await choice(MANY - 2).check();
  await compare.click();
  await page.waitForURL((url) => url.pathname.endsWith("/compare"));
  expect(new URL(page.url()).searchParams.get("versions")).toBe(`many/${MANY},many/${MANY - 2}`);
});

test("the list that is seen is exported as CSV: its columns, order and filter, all rows", async () => {
  await openChurn();
  async function exported() {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export CSV" }).click(),
    ]);
    const text = await readFile(await download.path(), "utf8");
    return { name: download.suggestedFilename(), lines: text.trimEnd().split("\r\n") };
  }
  const { name, lines } = await exported();
  expect(name).toBe("churn-versions.csv");
  expect(lines[0]).toBe(
    "version,registeredAt,status,aliases,deployedBy,description,modelUri,params.rule,metrics.accuracy,metrics.loss,metrics.epochs",
  );
  const chosen = lines.slice(1).map((line) => line.split("models:/churn/")[1]);
  expect(chosen).toEqual([
    "1,'=1+1,0.5,12.5,40",
    '2,"a ""b"", c",0.9731,1e-7,40',
    "3,plain,0.97312,0.25,40",
    "4,-5,NaN,Infinity,40",
    "5,'@x,0.9731253125,100.125,40",
    "6,,,,",
  ]);
  expect(lines[3]).toContain(",champion,");
  await ui.open("/models/many?sort=version&filter=version%20%3E%20100");
  await page.getByText(`350 of ${MANY} versions`).waitFor();
  const many = await exported();
  expect(many.lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual(
    Array.from({ length: MANY - 100 }, (_, at) => at + 101),
  );
});

test("hundreds of versions load while one scrolls, only those in view are drawn, and stay current", async () => {
  await ui.open("/models/many?columns=metrics.accuracy");
  await ui.heading("many");
  await row(MANY).waitFor();
  const table = page.getByRole("table");
  expect(await table.getAttribute("aria-rowcount")).toBe(String(MANY + 1));
  expect(await rows().count()).toBeLessThan(100);
  const heights = await rows().evaluateAll((found) => [
    ...new Set(found.map((each) => each.getBoundingClientRect().height)),
  ]);
  expect(heights).toEqual([41]);
  const box = page.getByRole("region", { name: "Versions of many" });
  await box.hover();
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 4_000);
        return row(1).count();
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  expect(await rows().count()).toBeLessThan(100);
  expect(await button(/^Load more/).count()).toBe(0);
  await ui.checkAccessibility("many-versions");
  // By keyboard, too, beyond what is drawn.
  await link(1).focus();
  for (let step = 0; step < 60; step++) await page.keyboard.press("k");
  await expect.poll(focusedRow).toBe("many/61");

  // Of the five pages one is read again at a time.
  const tokens = new Set<string | null>();
  let asked = 0;
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!url.pathname.endsWith("/models/many/versions")) return;
    tokens.add(url.searchParams.get("pageToken"));
    asked += 1;
  });
  await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(2);
  expect(tokens.size).toBe(1);
  await register("many", sources[0] ?? {});
  await page.getByText("1 version more than listed here.").waitFor();
  await ui.checkAccessibility("changed-list");
  await button("Refresh").click();
  await row(MANY + 1).waitFor();
  expect(ui.complaints).toEqual([]);
});
