/** Telling MLflow what is deployed: turned on in Settings, seen on MLflow's own side, taken away again. */
import { expect, inject, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button } = await useConsole();
const MODEL = "iris-unsigned";

/** The stamp as the MLflow has it. */
async function stamp(): Promise<string | null> {
  const query = new URLSearchParams({ name: MODEL, version: "1" });
  const answer = await fetch(`${inject("mlflowUri")}/api/2.0/mlflow/model-versions/get?${query}`);
  return /"slipway\.deployments",\s*"value": "([^"]*)"/.exec(await answer.text())?.[1] ?? null;
}

test("a group turns it on, and MLflow shows what is live until it is stopped", async () => {
  const { id } = await product.api.deploy(GROUP, { name: "stamped iris", modelUri: `models:/${MODEL}/1` });
  const { status, message } = await product.api.until(GROUP, id, "Deployed", "Failed");
  expect(status, message).toBe("Deployed");
  await ui.open("/settings");
  const choice = ui.page.getByLabel("Show in MLflow what is deployed");
  await choice.waitFor();
  expect([await choice.isChecked(), await stamp()]).toEqual([false, null]);
  await choice.focus();
  await ui.page.keyboard.press("Space");
  await button("Save").click();
  await ui.page.getByText("The MLflow setting is saved.").waitFor();
  await expect.poll(stamp, { timeout: 30_000 }).toBe(id);
  await ui.page.reload();
  await expect.poll(() => choice.isChecked()).toBe(true);
  await ui.checkAccessibility("write-back");
  await ui.open(`/models/${MODEL}/versions/1`);
  await ui.page.getByRole("cell", { name: "slipway.deployments" }).waitFor();
  await product.api.post(`/groups/${GROUP}/deployments/${id}/stop`);
  await expect.poll(stamp, { timeout: 30_000 }).toBeNull();
  expect(ui.complaints).toEqual([]);
});
