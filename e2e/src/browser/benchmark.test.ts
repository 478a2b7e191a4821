/** A version is measured on demand: on its page, against what runs now, as columns of the versions, in the form. */
import { benchmarkSchema } from "@slipway/contracts/api/benchmark";
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button } = await useConsole();
const PATH = `/groups/${GROUP}/models/iris-classifier/versions`;
const card = () =>
  ui.page.locator("section").filter({ has: ui.page.getByRole("heading", { name: "Benchmark" }) });
const measured = async (version: string) =>
  benchmarkSchema.parse(await product.api.get(`${PATH}/${version}/benchmark`)).measured;

test("a version is measured from its page, which says what it is at", async () => {
  await ui.open("/models/iris-classifier/versions/2");
  await card().getByText("Not measured yet.").waitFor();
  await ui.checkAccessibility("benchmark-none");
  await button("Measure").click();
  await card()
    .getByText(/One caller, one request after another, 3 s\./)
    .waitFor({ timeout: 300_000 });
  expect(await button("Measure again").isDisabled()).toBe(true);
  await card()
    .getByText(/at the same time/)
    .waitFor();
  await card().getByRole("cell", { name: "Load time" }).waitFor({ timeout: 60_000 });
  const { figures } = (await measured("2")) ?? {};
  expect(figures?.loaded.requestsPerSecond).toBeGreaterThan(0);
  await card().getByText("Measured just now on medium (1 CPU thread, 4 GiB)").waitFor();
  await ui.checkAccessibility("benchmark-measured");
});

test("the same figures of what runs now stand beside it, and are measured from here where they are missing", async () => {
  await product.api.deploy(GROUP, { name: "iris-prod", modelUri: "models:/iris-classifier/1" });
  await product.api.until(GROUP, "iris-prod", "Deployed");
  await ui.open("/models/iris-classifier/versions/2");
  await card().getByText("Version 1 (iris-prod) runs now and has not been measured.").waitFor();
  await ui.checkAccessibility("benchmark-other-missing");
  await button("Measure version 1 too").click();
  await card().getByRole("columnheader", { name: "Version 1 (iris-prod)" }).waitFor({ timeout: 300_000 });
  const verdicts = await card()
    .getByRole("row")
    .getByText(/about the same|, better|, worse/)
    .count();
  expect(verdicts).toBe(7);
  await ui.checkAccessibility("benchmark-compared");
  await ui.open("/models/iris-classifier/versions/1");
  await card().getByText("This version is what iris-prod runs now.").waitFor();
});

test("figures are columns that one chooses and sorts by, and the form says them before one deploys", async () => {
  await ui.open("/models/iris-classifier");
  await ui.page.getByRole("button", { name: /^Columns/ }).click();
  for (const name of ["p99, one caller", "Throughput, many callers", "Memory"])
    await ui.page.getByRole("checkbox", { name, exact: true }).check();
  await ui.page.keyboard.press("Escape");
  await ui.page.getByRole("button", { name: /Throughput/ }).click();
  await ui.page.waitForURL(/sort=-benchmark\.requestsPerSecond/);
  await ui.page
    .getByRole("cell", { name: /requests\/s$/ })
    .first()
    .waitFor();
  // The figures of a column come after the column.
  await expect.poll(() => ui.page.getByTitle("being read").count()).toBe(0);
  expect(await ui.page.getByTitle("not measured").count()).toBe(3);
  await ui.checkAccessibility("benchmark-columns");
  await ui.open("/deployments/new?modelUri=models:/iris-classifier/2");
  await ui.page.getByText(/Measured on medium: p50 .* requests\/s with \d+ callers? · /).waitFor();
  await ui.checkAccessibility("benchmark-form");
});

test("a version that cannot be measured says why", async () => {
  await ui.open("/models/iris-unsigned/versions/1");
  await button("Measure").click();
  await card()
    .getByText(/neither an input example nor a signature/)
    .waitFor({ timeout: 300_000 });
  await ui.checkAccessibility("benchmark-failed");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
