/** The forms of a deployment in a real browser: everything that can be said, what is wrong, what changes, who was faster. */
import type { DeploymentRequestInput } from "@slipway/contracts/api/deployment";
import { beforeEach, expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button, field, dialog, section, unfold } = await useConsole();
beforeEach(() => ui.page.goto(product.origin));

/** Stopped, so that no test waits for replicas that it does not need. */
async function stopped(id: string, body: Partial<DeploymentRequestInput> = {}): Promise<void> {
  await product.api.post(`/groups/${GROUP}/deployments`, {
    id,
    name: id,
    modelUri: "models:/iris-classifier/2",
    ...body,
  });
  await product.api.post(`/groups/${GROUP}/deployments/${id}/stop`);
}

const path = (id: string): string => `/groups/${GROUP}/deployments/${id}`;
const latest = async (id: string) => (await product.api.deployment(GROUP, id)).latest;

test("the whole form: every section says what it holds, and all of it arrives", async () => {
  await ui.open("/deployments/new?modelUri=models:/iris-classifier@champion");
  await section("Serving").getByText("1 replica · batching automatic").waitFor();
  await section("Resources").getByText("medium (1 CPU thread, 4 GiB)").waitFor();
  await ui.page.getByRole("radio", { name: "Roll out" }).check();

  await unfold("Serving");
  await field("Replicas at most").fill("2");
  await unfold("Resources");
  await ui.page.getByRole("combobox", { name: "Instance type" }).selectOption("small");

  await unfold("Environment variables");
  await button("Add variable").click();
  const variable = field("Name of variable 1");
  await variable.fill("PYTHONPATH");
  await ui.page.getByText("Slipway sets this variable itself").waitFor();
  await variable.fill("GREETING");
  await ui.page.getByRole("switch", { name: "Variable 1 is secret" }).uncheck({ force: true });
  await field("Value of variable GREETING").fill("hello");
  await button("Add variable").click();
  await field("Name of variable 2").fill("API_KEY");
  await field("Value of variable API_KEY").fill("a secret for the form");

  await unfold("Metadata");
  await button("Add entry").click();
  await field("Key of entry 1").fill("team");
  await field("Value of entry team").fill("fraud");

  await unfold("Rollout strategy");
  await ui.page.getByRole("radio", { name: "Canary" }).check();
  await field("Share of the requests in step 1").fill("60");
  await ui.page.getByText("Each step takes more of the requests than the one before.").waitFor();
  await field("Share of the requests in step 1").fill("5");
  await button("Add step").click();
  await ui.page.getByRole("combobox", { name: "Promotion" }).selectOption("manual");
  await field("Fails more often by").fill("1.5");
  await field("Keep the old revision ready for").fill("60");

  await unfold("Description");
  await field("Description").fill("Tells **irises** apart.");
  await field("Update message").fill("The first one");
  await ui.page.getByRole("complementary").getByText("+2", { exact: true }).waitFor();
  await ui.checkAccessibility("forms-new-whole");

  await button("Deploy").click();
  await ui.page.waitForURL(/\/deployments\/iris-classifier$/);
  expect(await latest("iris-classifier")).toMatchObject({
    requestedModelUri: "models:/iris-classifier@champion",
    aliasPolicy: "roll-out",
    maxReplicas: 2,
    instanceType: "small",
    variables: [
      { name: "GREETING", secret: false, value: "hello" },
      { name: "API_KEY", secret: true },
    ],
    metadata: { team: "fraud" },
    strategy: {
      kind: "canary",
      steps: [
        { weight: 5, pauseSeconds: 60 },
        { weight: 50, pauseSeconds: 60 },
        { weight: 75, pauseSeconds: 60 },
      ],
      promotion: "manual",
      bounds: { errorRateIncreaseMax: 0.015 },
    },
    warmSeconds: 60,
    description: "Tells **irises** apart.",
    updateMessage: "The first one",
  });
  await product.api.post(`${path("iris-classifier")}/stop`);
});

test("what is wrong in a folded section unfolds it and takes the focus", async () => {
  await ui.open("/deployments/new?modelUri=models:/iris-classifier/2");
  await unfold("Environment variables");
  await button("Add variable").click();
  await section("Environment variables").getByRole("button", { expanded: true }).first().click();
  await button("Deploy").click();
  await ui.page.getByText("Give the variable a name.").waitFor();
  expect(await ui.page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Name of variable 1",
  );
  await ui.checkAccessibility("forms-new-wrong");
});

test("an update shows what runs and what will run, never a secret, and sends only what changed", async () => {
  await stopped("updated", {
    variables: [
      { name: "LEVEL", secret: false, value: "info" },
      { name: "TOKEN", secret: true, value: "the stored one" },
    ],
    metadata: { team: "fraud" },
  });
  await ui.open("/deployments/updated/update?modelUri=models:/iris-classifier/3");
  await unfold("Environment variables");
  await field("Value of variable LEVEL").fill("debug");
  await button("Replace the value of variable token").click();
  await button("Keep the stored value of variable token").click();
  await unfold("Serving");
  await field("Replicas at least").fill("2");
  await ui.checkAccessibility("forms-update");
  await button("Deploy").click();
  await dialog().getByText("Deploy revision 2 of updated?").waitFor();
  const rows = await dialog().getByRole("row").allInnerTexts();
  expect(rows.slice(1).map((row) => row.split("\t"))).toEqual([
    ["Model URI", "models:/iris-classifier/2", "models:/iris-classifier/3"],
    ["Replicas", "1", "2"],
    ["Variable LEVEL", "info", "debug"],
  ]);
  await ui.checkAccessibility("forms-update-confirm");
  const sent = ui.page.waitForRequest((request) => request.method() === "PATCH");
  await dialog().getByRole("button", { name: "Confirm" }).click();
  expect((await sent).postDataJSON()).toEqual({
    modelUri: "models:/iris-classifier/3",
    minReplicas: 2,
    maxReplicas: 2,
    variables: [
      { name: "LEVEL", secret: false, value: "debug" },
      { name: "TOKEN", secret: true },
    ],
    updateMessage: "",
    baseRevision: 1,
  });
  await ui.page.waitForURL(/\/deployments\/updated$/);
  expect(await latest("updated")).toMatchObject({ number: 2, metadata: { team: "fraud" } });
  await product.api.post(`${path("updated")}/stop`);
});

test("nothing changed says so before it makes a revision of the same", async () => {
  await ui.open("/deployments/updated/update");
  await button("Deploy").click();
  await dialog()
    .getByText(/Nothing changes: this makes a new revision/)
    .waitFor();
  await dialog().getByRole("button", { name: "Back to the form" }).click();
  expect((await latest("updated")).number).toBe(2);
});

test("another's newer revision appears while editing, and mine goes on top of it", async () => {
  await stopped("shared", { metadata: { team: "fraud", stage: "test" } });
  // From the deployment's page: the form starts from an answer that is read again while somebody edits.
  await ui.open("/deployments/shared");
  await ui.page.getByRole("link", { name: "Update", exact: true }).click();
  await unfold("Metadata");
  await field("Value of entry stage").fill("production");
  await product.api.patch(path("shared"), {
    description: "Written by another",
    metadata: { team: "risk", stage: "test" },
    updateMessage: "Moved to risk",
  });
  await ui.page.getByText("Revision 2 came while you were editing").waitFor();
  await ui.page.getByText("“Moved to risk”").waitFor();
  await ui.checkAccessibility("forms-conflict");
  await button("Deploy").click();
  expect(await dialog().count()).toBe(0);
  await button("Keep mine on top").click();
  await button("Deploy").click();
  await dialog().getByText("Deploy revision 3 of shared?").waitFor();
  await dialog().getByRole("button", { name: "Confirm" }).click();
  await ui.page.waitForURL(/\/deployments\/shared$/);
  expect(await latest("shared")).toMatchObject({
    number: 3,
    description: "Written by another",
    metadata: { team: "risk", stage: "production" },
  });
  await product.api.post(`${path("shared")}/stop`);
});

test("a conflict that only the server sees is shown the same way, and theirs can be taken", async () => {
  await stopped("raced");
  await ui.open("/deployments/raced/update");
  await unfold("Description");
  await field("Description").fill("Mine");
  // The page is kept from learning of the other change until it sends its own.
  let blind = true;
  const old = JSON.stringify(await product.api.get(path("raced")));
  await ui.page.route(`**/api/v1${path("raced")}`, (route) => {
    if (route.request().method() === "PATCH") blind = false;
    else if (blind) return route.fulfill({ contentType: "application/json", body: old });
    return route.continue();
  });
  await product.api.patch(path("raced"), { description: "Theirs" });
  await button("Deploy").click();
  await dialog().getByRole("button", { name: "Confirm" }).click();
  await ui.page.getByText("Revision 2 came while you were editing").waitFor();
  expect(await latest("raced")).toMatchObject({ number: 2, description: "Theirs" });
  await button("Take theirs").click();
  await expect.poll(() => field("Description").inputValue()).toBe("Theirs");
  await ui.page.unroute(`**/api/v1${path("raced")}`);
  await product.api.post(`${path("raced")}/stop`);
});

const EDITS: [string, () => Promise<void>][] = [
  ["the model URI", () => field("Model URI").fill("models:/iris-classifier/3")],
  ["the access", () => ui.page.getByRole("radio", { name: "Public" }).check()],
  ["a variable", () => unfold("Environment variables").then(() => button("Add variable").click())],
  [
    "the strategy",
    () => unfold("Rollout strategy").then(() => ui.page.getByRole("radio", { name: "Shadow" }).check()),
  ],
  ["the update message", () => field("Update message").fill("Not yet")],
];
test.each(EDITS)("leaving with a change of %s asks, also with the browser's back", async (_what, edit) => {
  await ui.open("/deployments/raced");
  await ui.page.getByRole("link", { name: "Update", exact: true }).click();
  await edit();
  await ui.page.getByRole("link", { name: "Models", exact: true }).click();
  await dialog().getByText("Leave without deploying?").waitFor();
  await dialog().getByRole("button", { name: "Stay", exact: true }).click();
  await ui.page.goBack();
  await dialog().getByText("Leave without deploying?").waitFor();
  await dialog().getByRole("button", { name: "Leave", exact: true }).click();
  await ui.page.waitForURL(/\/deployments\/raced$/);
});

test("closing the tab with a change asks, and without one does not", async () => {
  const other = await ui.page.context().newPage();
  const asked: string[] = [];
  other.on("dialog", (shown) => {
    asked.push(shown.type());
    void shown.accept();
  });
  const closed = other.waitForEvent("close");
  await other.goto(`${product.origin}/g/${GROUP}/deployments/raced/update`);
  await other.getByRole("textbox", { name: "Update message" }).fill("Not yet");
  await other.close({ runBeforeUnload: true });
  await closed;
  expect(asked).toEqual(["beforeunload"]);
  const untouched = await ui.page.context().newPage();
  untouched.on("dialog", (shown) => {
    asked.push(shown.type());
    void shown.accept();
  });
  const gone = untouched.waitForEvent("close");
  await untouched.goto(`${product.origin}/g/${GROUP}/deployments/raced/update`);
  await untouched.getByRole("textbox", { name: "Update message" }).click();
  await untouched.close({ runBeforeUnload: true });
  await gone;
  expect(asked).toEqual(["beforeunload"]);
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
