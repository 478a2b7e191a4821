/** Operating a deployment in a real browser: what is live is changed, watched and taken back on its page. */
import { readFile } from "node:fs/promises";
import { revisionSchema } from "@slipway/contracts/api/deployment";
import { rolloutSchema } from "@slipway/contracts/api/rollout";
import { beforeAll, expect, test } from "vitest";
import { DeploymentPage } from "./deployment-page.ts";
import { useConsole } from "./use-console.ts";

const { product, ui } = await useConsole();
let operated: DeploymentPage;

beforeAll(async () => {
  operated = await DeploymentPage.deploy(product, ui, {
    name: "operated",
    modelUri: "models:/iris-classifier/1",
  });
  await product.api.patch(operated.path, {
    modelUri: "models:/iris-classifier/2",
    updateMessage: "Version 2 is better with setosa",
    variables: [
      { name: "THRESHOLD", secret: false, value: "0.4" },
      { name: "API_KEY", secret: true, value: "not for the page" },
    ],
    metadata: { team: "flowers" },
  });
  await operated.untilServing(2);
});

test("the history compares any two revisions, and secrets stay secret", async () => {
  await operated.open("?tab=history");
  await operated.press("What changed in revision 2");
  await ui.page.waitForURL(/diff=1\.\.2/);
  const changes = ui.page.getByRole("region", { name: "What differs" });
  await changes.getByText("models:/iris-classifier/1").first().waitFor();
  await changes.getByRole("cell", { name: "Variable THRESHOLD" }).waitFor();
  await changes.getByRole("cell", { name: "a secret value" }).waitFor();
  expect(await ui.page.getByText("not for the page").count()).toBe(0);
  await ui.checkAccessibility("operate-diff");
});

test("one revision is shown in full under a URL of its own", async () => {
  await operated.open("?tab=history&revision=2");
  await operated.dialog.getByText("Version 2 is better with setosa").waitFor();
  await operated.dialog.getByText("all at once after the smoke test").waitFor();
  await operated.dialog.getByRole("button", { name: /environment's hash/ }).waitFor();
  await ui.checkAccessibility("operate-revision");
  await operated.press("Close", operated.dialog);
  await ui.page.waitForURL((url) => !url.searchParams.has("revision"));
});

test("a warm predecessor can be gone back to from the head of the page, after a look at what changes", async () => {
  await operated.open("");
  await operated.press("Roll back to revision 1");
  await operated.dialog.getByText("Its replicas are still warm").waitFor();
  await operated.dialog.getByRole("cell", { name: "Variable API_KEY" }).waitFor();
  await operated.dialog.getByLabel("Update message").fill("Version 2 was worse after all");
  await ui.checkAccessibility("operate-roll-back");
  await operated.press("Roll back", operated.dialog);
  await operated.untilServing(3);
  await operated.open("?tab=history");
  await ui.page.getByText("back to 1").waitFor();
  await ui.page.getByText("Version 2 was worse after all").waitFor();
});

test("a rollback does not overwrite a change that its author has not seen", async () => {
  await operated.open("?tab=history");
  await operated.press("Roll back to this: revision 2");
  await operated.dialog.getByText("A new revision is made that copies revision 2").waitFor();
  await product.api.patch(operated.path, { description: "Changed meanwhile" });
  await operated.press("Roll back", operated.dialog);
  await operated.dialog.getByRole("alert").waitFor();
  await operated.press("Cancel", operated.dialog);
  await operated.untilServing(4);
});

test("what was serving at a time is answered under a URL that can be passed on", async () => {
  const revisions = await product.api.items(`${operated.path}/revisions`, revisionSchema);
  const third = revisions.find(({ number }) => number === 3)?.createdAt ?? "";
  await operated.open(`?tab=history&at=${encodeURIComponent(third)}`);
  const section = ui.page.locator("section").filter({ hasText: "What was serving at" });
  await section.getByRole("link", { name: "Revision 2" }).waitFor();
  await section.getByLabel("Time").fill("2020-01-01T12:00:00");
  await section.getByText("Nothing was serving.").waitFor();
  await ui.page.waitForURL(/at=2020-01-01T/);
  await ui.checkAccessibility("operate-at");
  // Key by key: month, day and year are fields of their own, and a day has two digits.
  await section.getByLabel("Time").focus();
  await ui.page.keyboard.type("11152019");
  await ui.page.waitForURL(/at=2019-11-15T/);
  await section.getByRole("button", { name: "Now" }).click();
  await section.getByRole("link", { name: /^Revision/ }).waitFor();
});

test("a rollout's receipt says who, why, what changed and what the smoke test did", async () => {
  await operated.open("?tab=rollouts");
  await ui.page.getByRole("link", { name: /revision 1 → 2/ }).click();
  await ui.page.waitForURL(/rollout=/);
  const receipt = ui.page.locator("section").filter({ hasText: "Requests while it ran" });
  await receipt.getByText("all at once after the smoke test").waitFor();
  await receipt.getByRole("cell", { name: "Metadata team" }).waitFor();
  await receipt.getByText("smoke test", { exact: true }).waitFor();
  await ui.checkAccessibility("operate-receipt");
});

test("a canary is watched, let go on and given up by hand", async () => {
  await using _calling = operated.keepCalling();
  await product.api.patch(operated.path, {
    modelUri: "models:/iris-classifier/3",
    variables: [{ name: "API_KEY", secret: true, value: "not for the page" }],
    strategy: {
      kind: "canary",
      promotion: "manual",
      steps: [
        { weight: 20, pauseSeconds: 1 },
        { weight: 60, pauseSeconds: 600 },
      ],
    },
  });
  await operated.open("");
  await ui.page.getByText("20 % of the requests", { exact: true }).waitFor({ timeout: 300_000 });
  await ui.page.getByText("It waits for somebody to promote it.").first().waitFor();
  await ui.page.getByText("revision 5 · 20 %").waitFor();
  await ui.page.getByRole("cell", { name: "revision 5 (new)" }).waitFor();
  await ui.page.getByText("within bounds").first().waitFor();
  await ui.checkAccessibility("operate-canary");
  await operated.press("Promote to next step");
  await ui.page.getByText("revision 5 · 60 %").waitFor();
  await operated.press("Abort");
  await operated.dialog.getByLabel("Why").fill("The petals look wrong");
  await ui.checkAccessibility("operate-abort");
  await operated.press("Abort rollout", operated.dialog);
  await ui.page.getByText("Revision 5 was aborted").waitFor();
  await ui.page.getByText("Aborted by admin: The petals look wrong").first().waitFor();
  await operated.untilServing(4);
  const [newest] = await product.api.items(`${operated.path}/rollouts`, rolloutSchema);
  expect(newest).toMatchObject({ revision: 5, fromRevision: 4, state: "aborted" });
  expect(newest?.requests.map(({ failed }) => failed)).toEqual([0, 0]);
  await ui.page.getByRole("link", { name: "The whole receipt" }).click();
  await ui.page.getByText("Checks against the revision before").waitFor();
  await ui.checkAccessibility("operate-canary-receipt");
});

test("a shadow shows where the new revision would have answered otherwise, and is promoted by hand", async () => {
  const shadowed = await DeploymentPage.deploy(product, ui, {
    name: "shadowed",
    modelUri: "models:/diabetes-regressor/1",
  });
  await using _calling = shadowed.keepCalling();
  await product.api.patch(shadowed.path, {
    modelUri: "models:/diabetes-regressor/2",
    strategy: { kind: "shadow", seconds: 1, requestsMin: 5 },
  });
  await shadowed.open("");
  await ui.page.getByText("Largest difference").waitFor({ timeout: 300_000 });
  await ui.checkAccessibility("operate-shadow");
  await operated.press("Promote to all requests");
  await shadowed.untilServing(2);
});

test("logs are read together and one by one, also of dead replicas and of builds, searched and downloaded", async () => {
  await operated.open("?tab=logs");
  const lines = ui.page.getByRole("region", { name: "All logs together" });
  await lines.getByText("slipway: ready").first().waitFor();
  await ui.page.getByLabel("Search the log").fill("slipway: READY");
  await lines.locator("mark").first().waitFor();
  await ui.page.keyboard.press("Enter");
  await ui.page.getByText(/^1 of \d+ lines?$/).waitFor();
  await ui.page.waitForURL(/find=slipway/);
  await ui.checkAccessibility("operate-logs");
  await ui.page.getByRole("combobox", { name: "Log", exact: true }).click();
  await ui.page
    .getByRole("option", { name: / · ended · / })
    .first()
    .click();
  await ui.page.waitForURL(/log=/);
  const [download] = await Promise.all([
    ui.page.waitForEvent("download"),
    ui.page.getByRole("link", { name: "Download the whole log" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain("slipway: ready");
  await ui.page.getByRole("combobox", { name: "Log", exact: true }).click();
  await ui.page
    .getByRole("option", { name: /^build-/ })
    .first()
    .click();
  await ui.page.getByRole("region", { name: /^Log of build-/ }).waitFor();
  await ui.page.getByText(/^[1-9]\d* lines?, times in UTC/).waitFor();
});

test("clients are added with a bound, rotated with overlap, edited and revoked", async () => {
  await operated.open("?tab=clients");
  await ui.page.getByLabel("New client").fill("nightly-job");
  await ui.page.getByLabel("Expires after").fill("2099-12-31");
  await ui.page.getByLabel("Requests per minute").fill("600");
  await operated.press("Add client");
  await ui.page.getByText("The token of client “nightly-job”").waitFor();
  const row = ui.page.getByRole("row").filter({ hasText: "nightly-job" });
  await row.getByText("600 requests/min").waitFor();
  const first = await ui.page
    .getByText(/^slp_client_/)
    .first()
    .textContent();
  await ui.checkAccessibility("operate-clients");
  await operated.press("Rotate client nightly-job");
  await operated.dialog.getByLabel("In 1 day").check();
  await ui.checkAccessibility("operate-rotate");
  await operated.press("Rotate", operated.dialog);
  await row.getByText("the one before stops").waitFor();
  const second = await ui.page
    .getByText(/^slp_client_/)
    .first()
    .textContent();
  expect(second).not.toBe(first);
  await operated.press("Edit client nightly-job");
  await operated.dialog.getByLabel("Requests per minute").fill("");
  await operated.press("Save", operated.dialog);
  await row.getByRole("cell", { name: "none", exact: true }).waitFor();
  await operated.press("Revoke client nightly-job");
  await operated.press("Revoke", operated.dialog);
  await row.waitFor({ state: "detached" });
});

test("the events tell what people did and what Slipway did by itself, and lead to it", async () => {
  await operated.open("?tab=events");
  const events = ui.page.getByRole("list", { name: "Events" });
  await events.getByText("Rollout aborted").waitFor();
  await events.getByText("Deployment rolled back").waitFor();
  await ui.checkAccessibility("operate-events");
  await ui.page.getByText("System", { exact: true }).click();
  await ui.page.waitForURL(/by=system/);
  await events.getByText("Deployment rolled back").waitFor({ state: "detached" });
  await events
    .getByRole("link", { name: /^rollout \d+$/ })
    .first()
    .click();
  await ui.page.waitForURL(/tab=rollouts&rollout=/);
});

test("the settings say in words what the newest revision asks for", async () => {
  await operated.open("?tab=settings");
  await ui.page.getByText("a secret value").waitFor();
  await ui.page.getByText(/canary: 20 % for 1 s, 60 % for 600 s/).waitFor();
  await ui.checkAccessibility("operate-settings");
});

test("the list and the head of the page say how much is asked, and Stop and Delete warn of it", async () => {
  await operated.call();
  await ui.open("/deployments");
  await ui.page.getByRole("columnheader", { name: "Last minute" }).waitFor();
  await ui.checkAccessibility("operate-list");
  await operated.open("");
  await operated.press("Stop");
  await operated.dialog.getByText(/It had [\d,]+ requests? in the last minute, the last one/).waitFor();
  await ui.checkAccessibility("operate-stop");
  await operated.press("Cancel", operated.dialog);
  await operated.press("Delete");
  await operated.dialog.getByText(/It had [\d,]+ requests? in the last minute/).waitFor();
  await operated.press("Cancel", operated.dialog);
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
