/** Administrators say how large replicas are and how much a group may have; the form says it before the server refuses. */
import { groupSchema } from "@slipway/contracts/api/identity";
import { instanceTypeSchema } from "@slipway/contracts/api/instance-type";
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const GIB = 1024 ** 3;
const { product, ui, button, field, dialog, section, unfold } = await useConsole();

test("administrators add, change, choose and delete instance types", async () => {
  const named = async (name: string) =>
    (await product.api.items("/instance-types", instanceTypeSchema)).find((type) => type.name === name);
  await ui.page.goto(`${product.origin}/admin`);
  await button("Add instance type").click();
  await dialog().getByRole("textbox", { name: "Name" }).fill("huge");
  await dialog().getByRole("textbox", { name: "CPU threads" }).fill("8");
  await dialog().getByRole("textbox", { name: "Memory" }).fill("1.5");
  await ui.checkAccessibility("forms-instance-type");
  await dialog().getByRole("button", { name: "Add instance type" }).click();
  await button("Edit huge").click();
  await dialog().getByRole("textbox", { name: "Memory" }).fill("64");
  await dialog().getByRole("textbox", { name: "Description" }).fill("For the largest models");
  await dialog().getByRole("button", { name: "Save" }).click();
  await ui.page.getByText("For the largest models").waitFor();
  expect(await named("huge")).toMatchObject({ cpuThreads: 8, memoryBytes: 64 * GIB, isDefault: false });
  await button("Make default: huge").click();
  await button("Make default: medium").click();
  await ui.checkAccessibility("forms-admin");
  await button("Delete instance type huge").click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await button("Edit huge").waitFor({ state: "detached" });
  expect(await named("medium")).toMatchObject({ isDefault: true });
  expect(await named("huge")).toBeUndefined();
});

test("a quota is set, shown to the group, and stands beside the form before the server refuses", async () => {
  await ui.page.goto(`${product.origin}/admin`);
  await button(`Set quotas of ${GROUP}`).click();
  await dialog().getByRole("textbox", { name: "Deployments" }).fill("20");
  await dialog().getByRole("textbox", { name: "Replicas" }).fill("3");
  await dialog().getByRole("textbox", { name: "Memory" }).fill("6");
  await ui.checkAccessibility("forms-quotas");
  await dialog().getByRole("button", { name: "Save quotas" }).click();
  await ui.page.getByText("20 deployments · 3 replicas · 6 GiB").waitFor();
  expect(groupSchema.parse(await product.api.get(`/groups/${GROUP}`)).quotas).toEqual({
    deployments: 20,
    replicas: 3,
    memoryBytes: 6 * GIB,
  });
  await ui.open("/settings");
  await ui.page.getByText("0 of 3").waitFor();
  await ui.checkAccessibility("forms-settings-quota");
  await ui.open("/deployments/new?modelUri=models:/iris-classifier/2");
  await ui.page.getByText("0 of 3").waitFor();
  expect(await ui.page.getByText("More than the quota").count()).toBe(0);
  await unfold("Serving");
  await field("Replicas at most").fill("4");
  await ui.page.getByText(/exceed the group's quota of 3 replicas and 6 GiB of memory/).waitFor();
  await section("Serving").getByRole("button", { expanded: true }).click();
  await button("Deploy").click();
  await ui.page
    .getByText(/4 replicas more asked for, 3 replicas allowed/)
    .last()
    .waitFor();
  await expect.poll(() => field("Replicas at most").getAttribute("aria-invalid")).toBe("true");
  await ui.checkAccessibility("forms-quota-exceeded");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
