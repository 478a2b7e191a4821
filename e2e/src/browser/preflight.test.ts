/** What stands in the way of deploying a version is found before anything is started, and said where one decides. */
import { type PreflightFinding, preflightSchema } from "@slipway/contracts/api/preflight";
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button, unfold } = await useConsole({ builds: "own" });
const card = () =>
  ui.page.locator("section").filter({ has: ui.page.getByRole("heading", { name: "Preflight" }) });
const findings = () => card().getByRole("list", { name: "Findings" }).getByRole("listitem");

async function preflight(model: string, version = "1") {
  const path = `/groups/${GROUP}/models/${model}/versions/${version}/preflight`;
  return preflightSchema.parse(await product.api.get(path));
}

function titles(of: PreflightFinding[], level: PreflightFinding["level"]): string[] {
  return of.filter((finding) => finding.level === level).map(({ title }) => title);
}

test("a version with nothing wrong is ready, with what was checked folded away", async () => {
  await ui.open("/models/iris-classifier/versions/2");
  await ui.heading("Version 2");
  await card().getByText("Ready to be deployed").waitFor();
  expect(await findings().count()).toBe(0);
  await card()
    .getByRole("button", { name: /checks passed/ })
    .click();
  await card().getByText("The requirements can be met").waitFor();
  await card().getByText("Its files hold data, no code").waitFor();
  await ui.checkAccessibility("preflight-ready");
});

test("requirements that cannot be met are told in uv's words before one deploys", async () => {
  await ui.open("/models/broken-requirements/versions/1");
  await card().getByText("Deploying it would fail").waitFor();
  await findings().first().getByText("Problem: The requirements cannot be met").waitFor();
  await findings()
    .first()
    .getByText(/iniconfig==999\.0\.0/)
    .waitFor();
  await ui.checkAccessibility("preflight-blocked");
});

test("a Python that is missing, and files that are gone, are told with what to do", async () => {
  await ui.open("/models/wrong-python/versions/1");
  await findings().first().getByText("Python 3.4 is not installed").waitFor();
  await findings()
    .first()
    .getByText(/uv python install 3\.4/)
    .waitFor();
  await ui.open("/models/missing-files/versions/1");
  await findings().first().getByText("MLmodel is missing").waitFor();
  await ui.checkAccessibility("preflight-missing-files");
});

test("what is only doubtful is a warning, and can be looked at again", async () => {
  await ui.open("/models/iris-unsigned/versions/1");
  await card().getByText("Can be deployed, with doubts").waitFor();
  await findings().filter({ hasText: "It has no signature" }).waitFor();
  const again = ui.page.waitForResponse((response) => response.url().endsWith("/preflight"));
  await button("Check again").click();
  expect((await again).status()).toBe(200);
  await ui.checkAccessibility("preflight-warnings");
});

test("the form says it again for the version and memory that one has chosen, and holds nothing up", async () => {
  await ui.open("/deployments/new?modelUri=models:/wrong-python/1");
  await ui.page.getByText("Preflight expects this to fail").waitFor();
  await findings().first().getByText("Python 3.4 is not installed").waitFor();
  expect(await button("Deploy").isEnabled()).toBe(true);
  await ui.checkAccessibility("preflight-form-blocked");
  await ui.page.getByRole("textbox", { name: "Model URI" }).fill("models:/iris-classifier@champion");
  await card().getByText("Ready to be deployed").waitFor();
  await expect.poll(() => ui.page.getByText("Preflight expects this to fail").count()).toBe(0);
  const types = ui.page.waitForResponse((response) => /preflight\?memoryBytes=/.test(response.url()));
  await unfold("Resources");
  await ui.page.getByRole("combobox", { name: "Instance type" }).selectOption("small");
  expect(new URL((await types).url()).searchParams.get("memoryBytes")).toMatch(/^\d+$/);
  await ui.checkAccessibility("preflight-form-ready");
});

test("once it is deployed, its environment is known to be built, and the update form tells", async () => {
  await product.api.deploy(GROUP, { name: "iris-prod", modelUri: "models:/iris-classifier/2" });
  await product.api.until(GROUP, "iris-prod", "Deployed");
  const { status, findings: found } = await preflight("iris-classifier", "2");
  expect(status).toBe("ready");
  expect(titles(found, "ok")).toContain("The environment is built already");
  await ui.open("/deployments/iris-prod/update?modelUri=models:/broken-requirements/1");
  await ui.page.getByText("Preflight expects this to fail").waitFor();
  await ui.checkAccessibility("preflight-update");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
