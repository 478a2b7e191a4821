/** What people see while MLflow is not configured, not reachable, empty or knows nothing of it; pages recover by themselves. */
import { expect, inject, test } from "vitest";
import { startOtherMlflow } from "#src/other-mlflow/server.ts";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui } = await useConsole({ mlflowUri: null });

function bind(trackingUri: string): Promise<unknown> {
  return product.api.put(`/groups/${GROUP}/mlflow`, { trackingUri });
}

test("not configured: says so and leads to the setting", async () => {
  await ui.open("/models");
  await ui.page.getByText("MLflow setting is not configured yet").waitFor();
  await ui.checkAccessibility("mlflow-not-configured");
  await ui.page.getByRole("link", { name: "Open settings" }).click();
  await ui.page.getByLabel(/Tracking URI/).waitFor();
});

test("not reachable: names the address and the cause, and recovers by itself", async () => {
  await bind("http://127.0.0.1:1");
  await ui.open("/models");
  await ui.page.getByText("MLflow instance is not reachable or not running").waitFor();
  await ui.page.getByText("http://127.0.0.1:1").first().waitFor();
  await ui.page.getByRole("button", { name: "Test again" }).click();
  await ui.checkAccessibility("mlflow-unreachable");
  await bind(inject("mlflowUri"));
  await ui.page.getByRole("link", { name: "iris-classifier", exact: true }).waitFor();
  expect(await ui.page.getByText("MLflow instance is not reachable or not running").count()).toBe(0);
});

test("unknown models and versions: not found, in words", async () => {
  await ui.open("/models/nobody");
  await ui.page
    .getByText(/not found/i)
    .first()
    .waitFor();
  await ui.checkAccessibility("model-not-found");
  await ui.open("/models/iris-classifier/versions/99");
  await ui.page
    .getByText(/not found/i)
    .first()
    .waitFor();
  await ui.open("/deployments/nobody");
  await ui.page
    .getByText(/not found/i)
    .first()
    .waitFor();
});

test("an empty registry: says how to register a model, and a model registered a moment later appears", async () => {
  await using server = await startOtherMlflow({ python: inject("python") });
  await bind(server.uri);
  await ui.open("/models");
  await ui.page
    .getByText(/register_model|registered_model_name/)
    .first()
    .waitFor();
  await ui.checkAccessibility("models-empty");
  const name = "50% off: 'new' & \"ünïcode\"".replace(":", "");
  const created = await fetch(`${server.uri}/api/2.0/mlflow/registered-models/create`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, description: "<img src=x onerror=alert(1)>" }),
  });
  expect(created.status).toBe(200);
  await ui.page.getByRole("link", { name, exact: true }).click();
  await ui.heading(name);
  await ui.checkAccessibility("model-without-versions");
  expect(ui.complaints).toEqual([]);
});

test("no deployments: the empty page teaches", async () => {
  await ui.open("/deployments");
  await ui.heading("Deployments");
  await ui.checkAccessibility("deployments-empty");
});
