/** The main job in a real browser, every page checked for accessibility, in light and dark, wide and narrow. */
import { execa } from "execa";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, atTheDoor, ui } = await useConsole({ builds: "own" });

function versionRow(version: string): Locator {
  return ui.page
    .getByRole("row")
    .filter({ has: ui.page.getByRole("link", { name: new RegExp(`ersion ${version}\\b`) }) });
}

async function waitForStatus(status: string): Promise<void> {
  await ui.page
    .getByRole("status")
    .filter({ hasText: `Status: ${status}` })
    .waitFor({ state: "attached", timeout: 300_000 });
}

test("who comes without a session is asked who they are", async () => {
  const stranger = await atTheDoor();
  await stranger.page.getByRole("textbox", { name: "Password" }).waitFor();
  await stranger.checkAccessibility("sign-in");
  expect(stranger.complaints).toEqual([]);
});

test("Models lists what is registered and links to MLflow", async () => {
  await ui.open("/models");
  await ui.heading("Models");
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).waitFor();
  await expect(ui.page.getByRole("link", { name: /MLflow UI/ }).getAttribute("target")).resolves.toBe(
    "_blank",
  );
  await ui.checkAccessibility("models");
});

test("a chosen parameter and two metrics are columns, sorted by a metric, and the URL reproduces it", async () => {
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).click();
  await ui.heading("iris-classifier");
  await ui.page.getByRole("button", { name: /^Columns/ }).click();
  for (const name of ["C", "accuracy", "log_loss"])
    await ui.page.getByRole("checkbox", { name, exact: true }).check();
  await ui.page.keyboard.press("Escape");
  await ui.page.getByRole("button", { name: /accuracy/ }).click();
  await ui.page.waitForURL(/sort=-metrics\.accuracy/);
  const header = ui.page.getByRole("columnheader", { name: /accuracy/ });
  await expect(header.getAttribute("aria-sort")).resolves.toBe("descending");
  await ui.checkAccessibility("versions");
  const url = ui.page.url();
  await ui.open("/models");
  await ui.page.goto(url);
  await ui.page.getByRole("columnheader", { name: /log_loss/ }).waitFor();
  await ui.open("/models/iris-classifier");
  await ui.page.getByRole("columnheader", { name: /log_loss/ }).waitFor();
});

test("a version shows its run, parameters, metrics, tags, signature and example", async () => {
  await ui.open("/models/iris-classifier/versions/2");
  for (const name of ["Parameters", "Metrics", "Tags", "Signature", "Requirements"]) {
    await ui.page.getByRole("heading", { name, exact: true }).waitFor();
  }
  await ui.page.getByText("sepal length (cm)").first().waitFor();
  await ui.checkAccessibility("version");
});

test("three clicks and no typing lead from the versions to a live endpoint", async () => {
  await ui.open("/models/iris-classifier");
  await ui.page.getByRole("button", { name: "Deploy version 2" }).click();
  await ui.page.getByRole("menuitem", { name: "+ Create new deployment" }).click();
  await ui.page.getByRole("button", { name: "Deploy", exact: true }).waitFor();
  await ui.checkAccessibility("new-deployment");
  await ui.page.getByRole("button", { name: "Deploy", exact: true }).click();
  await ui.page.waitForURL(/\/deployments\/iris-classifier$/);
  await ui.page.getByText("environment").first().waitFor();
  await waitForStatus("Deployed");
  await ui.page.getByText("models:/iris-classifier/2").first().waitFor();
  await ui.checkAccessibility("deployment");
});

test("the playground predicts, and the printed curl works from a terminal", async () => {
  await ui.page.getByRole("button", { name: "Predict" }).click();
  await ui.page.getByText(/"predictions"/).waitFor();
  await ui.checkAccessibility("playground");
  await ui.page.getByRole("tab", { name: "curl" }).click();
  const curl = await ui.page
    .locator("code, pre")
    .filter({ hasText: /^curl / })
    .first()
    .textContent();
  expect(curl).toContain("-u 'admin:slp_client_");
  const { stdout } = await execa("sh", ["-c", `${curl} --silent --show-error`]);
  expect(JSON.parse(stdout)).toHaveProperty("predictions");
});

test("Deployed By points from the version to the deployment, and moves with an update", async () => {
  await ui.open("/models/iris-classifier");
  await versionRow("2")
    .getByRole("link", { name: /iris-classifier/ })
    .waitFor();
  await ui.page.getByRole("button", { name: "Deploy version 3" }).click();
  await ui.page.getByRole("menuitem", { name: /iris-classifier/ }).click();
  await ui.page.getByRole("button", { name: "Deploy", exact: true }).waitFor();
  await ui.page.getByText("models:/iris-classifier/3").first().waitFor();
  await ui.checkAccessibility("update-deployment");
  await ui.page.getByRole("button", { name: "Deploy", exact: true }).click();
  await ui.page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  await product.api.untilTrue(
    GROUP,
    "iris-classifier",
    (seen) => seen.resolvedVersion === "3" && seen.status === "Deployed",
  );
  await ui.open("/models/iris-classifier");
  await versionRow("3")
    .getByRole("link", { name: /iris-classifier/ })
    .waitFor();
  expect(
    await versionRow("2")
      .getByRole("link", { name: /iris-classifier/ })
      .count(),
  ).toBe(0);
});

test.each([
  ["logs", /slipway: ready\. Loaded in/],
  ["history", /Roll back to this/],
  ["clients", /Add client/],
  ["events", /Revision 1 is live/],
])("the tab %s is there", async (tab, words) => {
  await ui.open(`/deployments/iris-classifier?tab=${tab}`);
  await ui.page.getByRole("tab", { name: new RegExp(tab, "i"), selected: true }).waitFor();
  await ui.page.getByText(words).first().waitFor();
  await ui.checkAccessibility(`deployment-${tab}`);
});

test("Stop, Start and Delete, which asks for the name", async () => {
  await ui.open("/deployments");
  await ui.heading("Deployments");
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).first().waitFor();
  await ui.checkAccessibility("deployments");
  await ui.open("/deployments/iris-classifier");
  await ui.page.getByRole("button", { name: "Stop" }).click();
  await ui.page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  await waitForStatus("Stopped");
  await ui.page.getByRole("button", { name: "Start" }).click();
  await waitForStatus("Deployed");
  await ui.page.getByRole("button", { name: "Delete" }).click();
  const dialog = ui.page.getByRole("dialog");
  expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill("iris-classifier");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await ui.page.waitForURL(/\/deployments$/);
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).waitFor({ state: "detached" });
});

test("a failed deployment says why in the model's own words", async () => {
  await product.api.deploy(GROUP, { name: "hopeless", modelUri: "models:/broken-load/1" });
  await ui.open("/deployments/hopeless");
  await waitForStatus("Failed");
  await ui.page
    .getByText(/the weights of this model are damaged/)
    .first()
    .waitFor();
  await ui.checkAccessibility("deployment-failed");
});

test("settings, account and administration are there, with a working connection test", async () => {
  await ui.open("/settings");
  await ui.page.getByRole("button", { name: "Test connection" }).click();
  await ui.page.getByText(/3\.17/).waitFor();
  await ui.checkAccessibility("settings");
  await ui.page.goto(`${product.origin}/account`);
  await ui.heading("Account");
  await ui.checkAccessibility("account");
  await ui.page.goto(`${product.origin}/admin`);
  await ui.page.getByRole("heading", { level: 1 }).waitFor();
  await ui.checkAccessibility("admin");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
