import { createdDeploymentSchema, deploymentSchema } from "@slipway/contracts/api/deployment";
import { instanceTypeSchema } from "@slipway/contracts/api/instance-type";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { useApi } from "#testing/api.ts";

const { call, answer, problemOf } = await useApi();
const GIB = 1024 ** 3;

async function listed() {
  return z
    .object({ items: z.array(instanceTypeSchema) })
    .parse(await call("GET", "/instance-types", { as: "eve" })).items;
}
const defaults = async () => (await listed()).filter(({ isDefault }) => isDefault).map(({ name }) => name);
const make = (name: string, values: object = {}) =>
  call("POST", "/instance-types", { body: { name, cpuThreads: 1, memoryBytes: GIB, ...values } });

test("every user sees the types, the smallest first, one of them the default", async () => {
  const types = await listed();
  expect(types.map(({ name }) => name)).toEqual(["small", "medium", "large"]);
  expect(await defaults()).toEqual(["medium"]);
  expect(await call("GET", "/instance-types/small", { as: "eve" })).toEqual(types[0]);
});

test("an administrator makes, changes and removes a type", async () => {
  const created = await answer("POST", "/instance-types", {
    body: { name: "tiny", cpuThreads: 1, memoryBytes: GIB / 4 },
  });
  expect(created.status).toBe(201);
  expect(JSON.parse(created.text)).toEqual({
    ...{ name: "tiny", description: "", cpuThreads: 1, memoryBytes: GIB / 4, isDefault: false },
  });
  const changes = { description: "For very little", cpuThreads: 2 };
  const changed = { name: "tiny", ...changes, memoryBytes: GIB / 4, isDefault: false };
  expect(await call("PATCH", "/instance-types/tiny", { body: changes })).toEqual(changed);
  expect((await listed())[0]).toEqual(changed);
  expect((await answer("DELETE", "/instance-types/tiny")).status).toBe(204);
  expect(await problemOf("GET", "/instance-types/tiny")).toMatchObject({ code: "not_found" });
});

test("nobody else may", async () => {
  const body = { name: "mine", cpuThreads: 1, memoryBytes: GIB };
  for (const as of ["ada", "bob", "eve"] as const) {
    expect(await problemOf("POST", "/instance-types", { as, body })).toMatchObject({ code: "forbidden" });
    expect(await problemOf("PATCH", "/instance-types/small", { as, body: { cpuThreads: 2 } })).toMatchObject({
      code: "forbidden",
    });
    expect(await problemOf("DELETE", "/instance-types/small", { as })).toMatchObject({ code: "forbidden" });
  }
});

test.each([
  [{ name: "Big One" }, "name"],
  [{ cpuThreads: 0 }, "cpuThreads"],
  [{ memoryBytes: 1024 }, "memoryBytes"],
  [{ memory: GIB }, "memory"],
])("%j is refused, naming the field", async (wrong, field) => {
  const body = { name: "wrong", cpuThreads: 1, memoryBytes: GIB, ...wrong };
  const problem = await problemOf("POST", "/instance-types", { body });
  expect(problem).toMatchObject({ code: "invalid_request", errors: [{ field }] });
});

test("a name is given once", async () => {
  const problem = await problemOf("POST", "/instance-types", {
    body: { name: "small", cpuThreads: 1, memoryBytes: GIB },
  });
  expect(problem).toMatchObject({ code: "name_taken", errors: [{ field: "name" }] });
});

describe("exactly one is the default", () => {
  test("also when a new one becomes it, an old one becomes it again, or many want to at once", async () => {
    await make("extra", { isDefault: true });
    expect(await defaults()).toEqual(["extra"]);
    await call("PATCH", "/instance-types/medium", { body: { isDefault: true } });
    expect(await defaults()).toEqual(["medium"]);
    await Promise.all([
      ...["small", "large", "extra"].map((name) =>
        call("PATCH", `/instance-types/${name}`, { body: { isDefault: true } }),
      ),
      ...[1, 2, 3].map((index) => make(`race-${index}`, { isDefault: true })),
    ]);
    expect(await defaults()).toHaveLength(1);
  });

  test("and it can neither be removed nor be unset", async () => {
    await call("PATCH", "/instance-types/medium", { body: { isDefault: true } });
    expect(await problemOf("DELETE", "/instance-types/medium")).toMatchObject({ code: "conflict" });
    expect(await problemOf("PATCH", "/instance-types/medium", { body: { isDefault: false } })).toMatchObject({
      code: "invalid_request",
      errors: [{ field: "isDefault" }],
    });
    expect(await defaults()).toEqual(["medium"]);
  });
});

test("a revision keeps the numbers that its type had, until one chooses the type again", async () => {
  const path = "/groups/demo/deployments";
  await make("changing", { cpuThreads: 3, memoryBytes: 3 * GIB });
  const body = { name: "sized", modelUri: "models:/iris-unsigned/1", instanceType: "changing" };
  const { latest } = createdDeploymentSchema.parse(await call("POST", path, { body }));
  expect(latest).toMatchObject({ instanceType: "changing", cpuThreads: 3, memoryBytes: 3 * GIB });

  await call("PATCH", "/instance-types/changing", { body: { cpuThreads: 5 } });
  const update = async (patch: object) =>
    deploymentSchema.parse(await call("PATCH", `${path}/sized`, { body: patch })).latest;
  expect(await update({ description: "as before" })).toMatchObject({ cpuThreads: 3 });
  expect(await update({ instanceType: "changing" })).toMatchObject({ cpuThreads: 5 });

  await call("DELETE", "/instance-types/changing");
  expect(await update({ description: "without its type" })).toMatchObject({
    ...{ instanceType: "changing", cpuThreads: 5, memoryBytes: 3 * GIB },
  });
});
