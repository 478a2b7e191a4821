/** The versions of all models in one table, views that the group keeps, favourites, and descriptions by strangers. */
import { listOf } from "@slipway/contracts/api/list";
import { savedViewSchema } from "@slipway/contracts/api/saved-view";
import { afterAll, expect, inject, test } from "vitest";
import { send } from "#src/api.ts";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button, dialog } = await useConsole();
const HOSTILE = `strange words ${crypto.randomUUID().slice(0, 8)}`;
const DEEP = `deep words ${crypto.randomUUID().slice(0, 8)}`;

const rows = () =>
  ui.page.getByRole("row").filter({ has: ui.page.getByRole("button", { name: /^Deploy version/ }) });
const modelLinks = () => rows().getByRole("link", { name: /^(?!Version)/ });
const entry = (name: string | RegExp) => ui.page.getByRole("menuitem", { name });
const toggle = (name: string) => ui.page.getByRole("switch", { name });
const star = (model: string) => ui.page.getByRole("button", { name: `Favourite ${model}`, exact: true });
const search = () => new URL(ui.page.url()).searchParams;

async function openViews(): Promise<void> {
  await ui.page.getByRole("button", { name: /^View/ }).click();
  await entry("Copy link").waitFor();
}

async function atMlflow(method: "POST" | "DELETE", path: string, body: object): Promise<void> {
  const { status, text } = await send(method, `${inject("mlflowUri")}/api/2.0/mlflow/${path}`, { body });
  if (status !== 200) throw new Error(`MLflow refused ${path}: ${text}`);
}

/** Looks at every model once, so that the index has read what was logged for each. */
async function fillIndex(): Promise<void> {
  await expect
    .poll(async () => JSON.stringify(await product.api.get(`/groups/${GROUP}/models`)), { timeout: 60_000 })
    .toMatch(/"index":\{"versions":[1-9]\d*,"unread":0\}/);
}

afterAll(async () => {
  for (const name of [HOSTILE, DEEP]) await atMlflow("DELETE", "registered-models/delete", { name });
});

test("the best of each model is two clicks away, each model once, and stands in the URL", async () => {
  await fillIndex();
  await ui.open("/models");
  await ui.page.getByRole("link", { name: "All versions" }).click();
  await ui.heading("Versions");
  await rows().first().waitFor();
  const all = await modelLinks().allTextContents();
  expect(new Set(all).size).toBeLessThan(all.length);
  await ui.checkAccessibility("all-versions");
  await openViews();
  await ui.checkAccessibility("views-menu-empty");
  await entry("Best accuracy of each model").click();
  await ui.page.waitForURL(/best=true/);
  expect(Object.fromEntries(search())).toEqual({
    columns: "metrics.accuracy",
    sort: "-metrics.accuracy",
    filter: "metrics.accuracy is not null",
    best: "true",
  });
  await expect.poll(() => rows().count()).toBeLessThan(new Set(all).size);
  const best = await modelLinks().allTextContents();
  expect(new Set(best).size).toBe(best.length);
  expect(best).toContain("iris-classifier");
  const cells = await rows().locator("td.numeric").allTextContents();
  const numbers = cells.map(Number);
  expect(numbers.length).toBe(best.length);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  await expect(toggle("Best of each model").isChecked()).resolves.toBe(true);
  await button("View: Best accuracy of each model").waitFor();
  const csv = await ui.page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
  expect(new URLSearchParams(csv?.split("?")[1]).get("firstOfEach")).toBe("true");
  await ui.checkAccessibility("best-of-each");
  await button("Clear the filter").click();
  await expect.poll(() => rows().count()).toBe(new Set(all).size);
});

test("what is deployed is one click away, and the filter says so", async () => {
  await product.api.deploy(GROUP, { name: "iris-live", modelUri: "models:/iris-classifier/1" });
  await ui.open("/versions?filter=version+%3D+1");
  await rows().first().waitFor();
  await toggle("Deployed only").click();
  await expect.poll(() => rows().count()).toBe(1);
  expect(search().get("filter")).toBe("deployedBy is not null and version = 1");
  await rows().getByRole("link", { name: "iris-live" }).waitFor();
  await toggle("Deployed only").click();
  await expect.poll(() => rows().count()).toBeGreaterThan(1);
  expect(search().get("filter")).toBe("version = 1");
});

test("any key of any model is a column and completes the filter", async () => {
  await ui.open("/versions");
  await button("Columns").click();
  await ui.page.getByRole("checkbox", { name: "rmse" }).check();
  await ui.page.getByRole("checkbox", { name: "stage" }).check();
  await ui.page.keyboard.press("Escape");
  await ui.page.waitForURL(/columns=metrics.rmse,tags.stage/);
  const filter = ui.page.getByRole("textbox", { name: "Filter versions" });
  await filter.fill("champ");
  await filter.fill("aliases = champ");
  await ui.page.getByRole("option", { name: "'champion'" }).waitFor();
  await filter.fill("tags.stage is not null");
  await filter.press("Enter");
  await ui.page.waitForURL(/filter=/);
  await expect.poll(() => modelLinks().allTextContents()).toContain("iris-classifier");
  await expect.poll(() => modelLinks().allTextContents()).not.toContain("iris-unsigned");
});

test("a view is saved for the group, opened from its link, updated, renamed and deleted", async () => {
  await openViews();
  await entry("Save this view…").click();
  await dialog().getByLabel("Name").fill("Staged");
  await ui.checkAccessibility("save-view");
  await dialog().getByRole("button", { name: "Save" }).click();
  await button("View: Staged").waitFor();
  await openViews();
  await entry("Save this view…").click();
  await dialog().getByLabel("Name").fill("Staged");
  await dialog().getByRole("button", { name: "Save" }).click();
  await dialog().getByText("There is a view 'Staged'").waitFor();
  await dialog().getByRole("button", { name: "Cancel" }).click();

  await openViews();
  await entry("Newest first").click();
  await expect.poll(() => ui.page.getByRole("textbox", { name: "Filter versions" }).inputValue()).toBe("");
  await openViews();
  await expect(entry(/^Newest first/).getAttribute("aria-current")).resolves.toBe("page");
  await expect(entry(/^Staged/).getAttribute("aria-current")).resolves.toBeNull();
  await ui.checkAccessibility("views-menu");
  await entry(/^Staged/).click();
  await ui.page.waitForURL(/stage\+is\+not\+null/);
  const shown = ui.page.url();
  await openViews();
  await entry("Copy link").click();
  await entry("Copied").waitFor();
  const copied = await ui.page.evaluate(() => navigator.clipboard.readText());
  await ui.page.keyboard.press("Escape");
  await ui.open("/models");
  await ui.page.goto(copied);
  await button("View: Staged").waitFor();
  expect(Object.fromEntries(search())).toEqual(Object.fromEntries(new URL(shown).searchParams));

  await toggle("Best of each model").click();
  await ui.page.waitForURL(/best=true/);
  await openViews();
  await entry("Manage views…").click();
  await ui.checkAccessibility("manage-views");
  await dialog().getByRole("button", { name: "Update to what is shown: Staged" }).click();
  await dialog().getByText("shown now").waitFor();
  await dialog().getByRole("button", { name: "Rename Staged" }).click();
  await dialog().getByLabel("Name").fill("Staged best");
  await dialog().getByRole("button", { name: "Rename" }).click();
  await dialog().getByRole("link", { name: "Staged best" }).waitFor();
  const { items } = listOf(savedViewSchema).parse(await product.api.get(`/groups/${GROUP}/views`));
  expect(items).toMatchObject([
    { name: "Staged best", model: null, firstOfEach: true, filter: "tags.stage is not null" },
  ]);
  await dialog().getByRole("button", { name: "Delete Staged best" }).click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await dialog().getByText("There are none any more").waitFor();
  await dialog().getByRole("button", { name: "Close" }).click();
  await expect.poll(() => product.api.get(`/groups/${GROUP}/views`)).toEqual({ items: [] });
});

test("a model's own table keeps its own views", async () => {
  await ui.open("/models/iris-classifier?columns=params.C&sort=-metrics.accuracy");
  await rows().first().waitFor();
  await openViews();
  await entry("Save this view…").click();
  await dialog().getByLabel("Name").fill("By accuracy");
  await dialog().getByRole("button", { name: "Save" }).click();
  await button("View: By accuracy").waitFor();
  await openViews();
  await entry("What is deployed").click();
  await expect.poll(() => rows().count()).toBe(1);
  await openViews();
  await entry(/^By accuracy/).click();
  await ui.page.waitForURL(/sort=-metrics.accuracy/);
  await ui.checkAccessibility("model-with-views");
  await ui.open("/versions");
  await rows().first().waitFor();
  await openViews();
  await entry("Copy link").waitFor();
  await expect(entry(/^By accuracy/).count()).resolves.toBe(0);
});

test("a star marks a favourite for oneself, and the list can show favourites alone", async () => {
  await ui.open("/models");
  await star("iris-classifier").click();
  await expect.poll(() => star("iris-classifier").getAttribute("aria-pressed")).toBe("true");
  await toggle("Favourites").click();
  await ui.page.waitForURL(/favourites=true/);
  await expect.poll(() => ui.page.getByRole("button", { name: /^Favourite / }).count()).toBe(1);
  await ui.checkAccessibility("favourites");
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).click();
  await ui.heading("iris-classifier");
  await star("iris-classifier").press("Enter");
  await expect.poll(() => star("iris-classifier").getAttribute("aria-pressed")).toBe("false");
  await ui.page.goBack();
  await ui.page.getByText("You have no favourites yet").waitFor();
});

test("a description by a stranger runs nothing, loads nothing, links nowhere but outside, and never breaks a page", async () => {
  await atMlflow("POST", "registered-models/create", {
    name: HOSTILE,
    description: [
      "# Not the page's title",
      "**Bold** and [run](javascript:alert(1)), [data](data:text/html,x), [sign in](/sign-in?token=x), [host](//evil.test/x).",
      "<img src=x onerror=alert(1)> <script>alert(1)</script> <a href='javascript:alert(1)'>raw</a>",
      "![picture](https://evil.test/picture.png)",
      "[outside](https://example.org/page) <https://example.org/auto>",
    ].join("\n\n"),
  });
  await atMlflow("POST", "registered-models/create", { name: DEEP, description: "- ".repeat(2_000) });
  const asked: string[] = [];
  ui.page.on("request", (request) => asked.push(request.url()));
  await ui.open("/models?search=words");
  const row = ui.page.getByRole("row").filter({ hasText: HOSTILE });
  await row.getByText("Bold and run, data, sign in").waitFor();
  await expect(row.textContent()).resolves.not.toMatch(/\*\*|\]\(/);
  await ui.checkAccessibility("descriptions");
  await row.getByRole("link", { name: HOSTILE }).click();
  await ui.heading(HOSTILE);
  await ui.page.getByText("Bold", { exact: true }).waitFor();
  const showMore = button("Show more");
  if (await showMore.isVisible()) await showMore.click();
  const main = ui.page.getByRole("main");
  const links = await main
    .locator("a[target=_blank]")
    .evaluateAll((all) => all.map((each) => [each.getAttribute("href"), each.getAttribute("rel")]));
  expect(links.filter(([href]) => !href?.startsWith(inject("mlflowUri")))).toEqual([
    ["https://example.org/page", "noopener noreferrer"],
    ["https://example.org/auto", "noopener noreferrer"],
  ]);
  expect(await main.locator("a[href^='javascript'], a[href*='sign-in'], a[href*='evil']").count()).toBe(0);
  expect(await main.locator("img, script").count()).toBe(0);
  expect(await ui.page.getByRole("heading", { level: 1 }).count()).toBe(1);
  await main.getByText("<script>alert(1)</script>").first().waitFor();
  await ui.checkAccessibility("hostile-description");
  await ui.open(`/models/${encodeURIComponent(DEEP)}`);
  await ui.heading(DEEP);
  await ui.page.getByText("- - - -").waitFor();
  expect(asked.filter((url) => !url.startsWith(ui.origin))).toEqual([]);
  expect(ui.complaints).toEqual([]);
});
