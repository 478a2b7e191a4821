/** Editing a model in the console, with MLflow as the only truth, and deployments that are told of before an alias moves. */
import { afterAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { send } from "#src/api.ts";
import { startOtherMlflow } from "#src/other-mlflow/server.ts";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const MODEL = "churn 100% sure";
const MODEL_PATH = `/models/${encodeURIComponent(MODEL)}`;

const server = await startOtherMlflow({ python: inject("python") });
afterAll(() => server[Symbol.asyncDispose]());

async function mlflow(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown> {
  const url = `${server.uri}/api/2.0/mlflow/${path}`;
  const answer = await send(method, url, body === undefined ? {} : { body });
  if (answer.status !== 200) throw new Error(`MLflow refused ${path}: ${answer.text}`);
  return answer.json;
}

const pairs = z
  .array(z.object({ key: z.string(), value: z.string().default("") }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const thingSchema = z.object({
  description: z.string().default(""),
  tags: pairs,
  aliases: z.array(z.union([z.string(), z.object({ alias: z.string(), version: z.string() })])).default([]),
});
const modelNow = async () =>
  z
    .object({ registered_model: thingSchema })
    .parse(await mlflow("GET", `registered-models/get?${new URLSearchParams({ name: MODEL })}`))
    .registered_model;
const versionNow = async (version: string) =>
  z
    .object({ model_version: thingSchema })
    .parse(await mlflow("GET", `model-versions/get?${new URLSearchParams({ name: MODEL, version })}`))
    .model_version;

const runSchema = z.object({
  run: z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) }),
});
const made = await mlflow("POST", "runs/create", { experiment_id: "0", start_time: Date.now() });
const { run_id, artifact_uri } = runSchema.parse(made).run.info;
await mlflow("POST", "registered-models/create", { name: MODEL, description: "Says who is about to leave." });
for (let version = 1; version <= 3; version++)
  await mlflow("POST", "model-versions/create", { name: MODEL, run_id, source: `${artifact_uri}/model` });
await mlflow("POST", "registered-models/alias", { name: MODEL, alias: "champion", version: "1" });

const { product, ui, button, field, dialog } = await useConsole({ mlflowUri: server.uri });
const inDialog = (name: string | RegExp) => dialog().getByRole("button", { name, exact: true });
const menuItem = (name: string) => ui.page.getByRole("menuitem", { name, exact: true });
const openVersion = async (version: string) => {
  await ui.open(`${MODEL_PATH}/versions/${version}`);
  await ui.heading(`Version ${version}`);
};
await product.api.deploy(GROUP, {
  ...{ name: "churn follower", id: "follower", modelUri: `models:/${MODEL}@champion` },
  ...{ aliasPolicy: "roll-out", access: "public" },
});

test("before anything was changed the audit says what it is for", async () => {
  await ui.open("/audit");
  await ui.heading("Audit");
  await ui.page.getByText("Nothing has been changed through Slipway yet").waitFor();
  await ui.checkAccessibility("edit-audit-empty");
});

test("a description is written with a preview, by the keyboard, and is in MLflow", async () => {
  await ui.open(MODEL_PATH);
  await ui.heading(MODEL);
  await button("Edit description").focus();
  await ui.page.keyboard.press("Enter");
  await expect.poll(() => field("Markdown").evaluate((box) => box === document.activeElement)).toBe(true);
  await field("Markdown").fill("Says who is about to leave.\n\n- trained **weekly**\n- owned by *growth*");
  await ui.checkAccessibility("edit-description");
  await dialog().getByText("Preview", { exact: true }).click();
  await dialog().locator("strong", { hasText: "weekly" }).waitFor();
  await ui.checkAccessibility("edit-description-preview");
  await inDialog("Save").click();
  await dialog().waitFor({ state: "detached" });
  await ui.page.locator("strong", { hasText: "weekly" }).waitFor();
  expect((await modelNow()).description).toContain("trained **weekly**");
});

test("tags are added, changed and removed", async () => {
  await openVersion("2");
  await button("Edit tags").click();
  await field("Key of tag 1").fill("mlflow.mine");
  await field("Value of tag mlflow.mine").fill("gold");
  await inDialog("Save").click();
  await dialog().getByText("MLflow sets tags that begin with 'mlflow.' itself.").waitFor();
  await field("Key of tag 1").fill("tier");
  await inDialog("Add tag").click();
  await field("Key of tag 2").fill("stage");
  await field("Value of tag stage").fill("candidate");
  await ui.checkAccessibility("edit-tags");
  await inDialog("Save").click();
  await dialog().waitFor({ state: "detached" });
  await ui.page.getByRole("cell", { name: "candidate" }).waitFor();
  expect((await versionNow("2")).tags).toMatchObject({ tier: "gold", stage: "candidate" });
  await button("Edit tags").click();
  await field("Value of tag stage").fill("tested");
  await inDialog("Remove tag tier").click();
  await inDialog("Save").click();
  await dialog().waitFor({ state: "detached" });
  expect((await versionNow("2")).tags).toEqual({ stage: "tested" });
  await ui.checkAccessibility("edit-version-page");
});

test("what somebody else has changed meanwhile is shown, and one keeps one's own or takes theirs", async () => {
  await openVersion("2");
  await button("Edit tags").click();
  await field("Value of tag stage").fill("mine");
  await mlflow("POST", "model-versions/set-tag", {
    name: MODEL,
    version: "2",
    key: "stage",
    value: "theirs",
  });
  await inDialog("Save").click();
  await dialog().getByText("is “theirs” now.").waitFor();
  await ui.checkAccessibility("edit-conflict-tags");
  expect((await versionNow("2")).tags).toEqual({ stage: "theirs" });
  await inDialog("Keep mine").click();
  await inDialog("Save").click();
  await dialog().waitFor({ state: "detached" });
  expect((await versionNow("2")).tags).toEqual({ stage: "mine" });

  await button("Add description").click();
  await field("Markdown").fill("My words.");
  await mlflow("PATCH", "model-versions/update", { name: MODEL, version: "2", description: "Their words." });
  await inDialog("Save").click();
  await dialog().getByText("Their words.").waitFor();
  await ui.checkAccessibility("edit-conflict-description");
  await inDialog("Take theirs").click();
  expect(await field("Markdown").inputValue()).toBe("Their words.");
  await inDialog("Save").click();
  await dialog().waitFor({ state: "detached" });
  expect((await versionNow("2")).description).toBe("Their words.");
});

test("an alias that a deployment follows moves only once it was said what happens to it", async () => {
  await openVersion("2");
  await button("Set alias…").click();
  await dialog().getByRole("combobox", { name: "Alias" }).fill("v2");
  await inDialog("Set alias").click();
  await dialog().getByText("MLflow keeps 'v' and a number for versions.").waitFor();
  await dialog().getByRole("combobox", { name: "Alias" }).fill("champion");
  await dialog().getByText("@champion is version 1 now, and will be version 2.").waitFor();
  await inDialog("Move alias").click();
  const told = dialog().getByRole("alert");
  await told.getByText(/Version 2 is rolled out in place of version 1/).waitFor();
  expect(await told.getByRole("link", { name: "churn follower" }).count()).toBe(1);
  await ui.checkAccessibility("edit-alias-followed");
  expect((await versionNow("1")).aliases).toEqual(["champion"]);
  await inDialog("Move it all the same").click();
  await dialog().waitFor({ state: "detached" });
  await button("Alias @champion").waitFor();
  expect((await versionNow("2")).aliases).toEqual(["champion"]);
});

test("on the model's page an alias is moved from where somebody else has put it, and removed", async () => {
  await ui.open(MODEL_PATH);
  await button("Set alias…").click();
  await dialog().getByRole("combobox", { name: "Alias" }).fill("challenger");
  await dialog().getByRole("combobox", { name: "Version" }).fill("2");
  await mlflow("POST", "registered-models/alias", { name: MODEL, alias: "challenger", version: "1" });
  await inDialog(/^(Set|Move) alias$/).click();
  // The page may have learnt of it before the button was pressed.
  const conflict = dialog().getByText("@challenger is version 1 now.", { exact: true });
  await Promise.race([conflict.waitFor(), dialog().waitFor({ state: "detached" })]);
  if (await conflict.isVisible()) {
    await inDialog("Keep mine").click();
    await inDialog("Move alias").click();
  }
  await button("Alias @challenger v2").click();
  await menuItem("Move…").click();
  await dialog().getByRole("combobox", { name: "Version" }).fill("3");
  await inDialog("Move alias").click();
  await button("Alias @challenger v3").click();
  await menuItem("Remove…").click();
  await ui.checkAccessibility("edit-alias-remove");
  await inDialog("Remove").click();
  await button("Alias @challenger v3").waitFor({ state: "detached" });
  expect((await modelNow()).aliases).toEqual([{ alias: "champion", version: "2" }]);
  await ui.checkAccessibility("edit-model-page");
});

test("a version that a deployment runs is deleted only by somebody who was told", async () => {
  // The follower runs another version as soon as that is up.
  await product.api.deploy(GROUP, {
    ...{ name: "churn pinned", id: "pinned", modelUri: `models:/${MODEL}/1`, access: "public" },
  });
  await openVersion("1");
  await button("More actions").click();
  await menuItem("Delete version…").click();
  await inDialog("Delete").click();
  // The follower may be told of too: it may still be leaving version 1.
  const pinned = dialog().getByRole("alert").getByRole("listitem").filter({ hasText: "churn pinned" });
  // Whether it serves already or is still brought up.
  await pinned.getByText(/version 1[;,].* download/).waitFor();
  await ui.checkAccessibility("edit-delete-version");
  await inDialog("Cancel").click();
  await openVersion("3");
  await button("More actions").click();
  await menuItem("Delete version…").click();
  await inDialog("Delete").click();
  await ui.heading(MODEL);
  await ui.page.getByText("2 versions").waitFor();
  await expect(versionNow("3")).rejects.toThrow("MLflow refused");
});

test("the audit tells who changed what, and is narrowed to a model", async () => {
  await ui.page.getByRole("link", { name: "Audit" }).click();
  await ui.heading("Audit");
  const rows = ui.page.getByRole("row").filter({ hasText: "admin" });
  await rows.filter({ hasText: "Deleted the version" }).waitFor();
  await rows.filter({ hasText: /Moved @champion.*version 1 → version 2/ }).waitFor();
  await rows.filter({ hasText: /Set the tag stage.*theirs → mine/ }).waitFor();
  const all = await rows.count();
  await ui.checkAccessibility("edit-audit");
  await ui.page.getByRole("combobox", { name: "Model" }).click();
  await ui.page.getByRole("option", { name: MODEL }).click();
  await ui.page.waitForURL(/model=/);
  await expect.poll(() => rows.count()).toBe(all);
  await ui.page.goto(`${product.origin}/g/${GROUP}/audit?model=nobody`);
  await ui.page.getByText("Nobody has changed nobody through Slipway.").waitFor();
  expect(ui.complaints).toEqual([]);
});
