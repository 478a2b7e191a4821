import { groupSchema } from "@slipway/contracts/api/identity";
import { describe, expect, test } from "vitest";
import { useApi } from "#testing/api.ts";

const { call, answer, problemOf, usage, aGroup } = await useApi();
const GIB = 1024 ** 3;
const MODEL = { modelUri: "models:/iris-unsigned/1" };

let groups = 0;
/** A group of its own with these quotas. */
async function bounded(quotas: object): Promise<string> {
  const group = await aGroup(`bounded-${++groups}`);
  await call("PATCH", `/groups/${group}`, { body: { quotas } });
  return group;
}
const deploy = (group: string, values: object) =>
  answer("POST", `/groups/${group}/deployments`, { body: { ...MODEL, ...values } });

describe("quotas are set", () => {
  test("by an administrator of Slipway, one by one, and shown beside the usage", async () => {
    const set = async (quotas: object) =>
      groupSchema.parse(await call("PATCH", "/groups/demo", { body: { quotas } })).quotas;
    expect(await set({})).toEqual({ deployments: null, replicas: null, memoryBytes: null });
    expect(await set({ replicas: 4, deployments: 9 })).toEqual({
      ...{ deployments: 9, replicas: 4, memoryBytes: null },
    });
    expect(await set({ deployments: null, memoryBytes: 8 * GIB })).toEqual({
      ...{ deployments: null, replicas: 4, memoryBytes: 8 * GIB },
    });
    expect(groupSchema.parse(await call("GET", "/groups/demo", { as: "bob" }))).toMatchObject({
      quotas: { deployments: null, replicas: 4, memoryBytes: 8 * GIB },
      usage: { deployments: 0, replicas: 0, memoryBytes: 0 },
    });
    await set({ replicas: null, memoryBytes: null });
  });

  test("by nobody else, who may still rename the group", async () => {
    const body = { displayName: "Ours", quotas: { replicas: 100 } };
    for (const as of ["ada", "bob"] as const) {
      expect(await problemOf("PATCH", "/groups/demo", { as, body })).toMatchObject({ code: "forbidden" });
    }
    expect(await problemOf("PATCH", "/groups/demo", { as: "eve", body })).toMatchObject({
      code: "group_not_found",
    });
    const renamed = await call("PATCH", "/groups/demo", { as: "ada", body: { displayName: "Ours" } });
    expect(renamed).toMatchObject({ displayName: "Ours", quotas: { replicas: null } });
  });

  test.each([
    [{ replicas: -1 }, "quotas.replicas"],
    [{ memoryBytes: "8Gi" }, "quotas.memoryBytes"],
    [{ deployments: 3_000_000_000 }, "quotas.deployments"],
    [{ memory: 1 }, "quotas.memory"],
  ])("but not as %j", async (quotas, field) => {
    expect(await problemOf("PATCH", "/groups/demo", { body: { quotas } })).toMatchObject({
      ...{ code: "invalid_request", errors: [{ field }] },
    });
  });
});

describe("a change that would take more than the group may is refused", () => {
  test("when it deploys: the number of deployments, with used, asked and allowed", async () => {
    const group = await bounded({ deployments: 1 });
    expect((await deploy(group, { name: "first in one" })).status).toBe(201);
    const problem = await problemOf("POST", `/groups/${group}/deployments`, {
      body: { ...MODEL, name: "second" },
    });
    expect(problem).toMatchObject({ status: 403, code: "quota_exceeded" });
    expect(problem.detail).toContain("1 deployment used, 1 deployment more asked for, 1 deployment allowed");
    expect((await usage(group)).deployments).toBe(1);
  });

  test("when it deploys: replicas and memory, naming the fields", async () => {
    const group = await bounded({ replicas: 3, memoryBytes: 4 * GIB });
    expect((await deploy(group, { name: "a", id: `${group}-a`, instanceType: "small" })).status).toBe(201);
    const asked = { name: "b", minReplicas: 1, maxReplicas: 3, instanceType: "small" };
    expect(
      await problemOf("POST", `/groups/${group}/deployments`, { body: { ...MODEL, ...asked } }),
    ).toMatchObject({
      code: "quota_exceeded",
      errors: [
        { field: "maxReplicas", message: "1 replica used, 3 replicas more asked for, 3 replicas allowed" },
      ],
    });
    expect(
      await problemOf("POST", `/groups/${group}/deployments`, {
        body: { ...MODEL, name: "c", instanceType: "medium" },
      }),
    ).toMatchObject({
      code: "quota_exceeded",
      errors: [
        {
          field: "instanceType",
          message: "1 GiB of memory used, 4 GiB of memory more asked for, 4 GiB of memory allowed",
        },
      ],
    });
    expect(await usage(group)).toEqual({ deployments: 1, replicas: 1, memoryBytes: GIB });
  });

  test("when it updates, starts or rolls back, and leaves no revision behind", async () => {
    const group = await bounded({ replicas: 3 });
    const path = `/groups/${group}/deployments/${group}`;
    await deploy(group, { name: "wide", id: group, minReplicas: 3 });
    await call("PATCH", path, { body: { minReplicas: 1, maxReplicas: 1 } });
    await deploy(group, { name: "other", id: `${group}-other`, minReplicas: 2 });
    const [exceeded, latest] = [{ code: "quota_exceeded" }, { latestRevision: 2, latest: { number: 2 } }];

    expect(await problemOf("PATCH", path, { body: { minReplicas: 2 } })).toMatchObject(exceeded);
    expect(await problemOf("POST", `${path}/rollback`, { body: { revision: 1 } })).toMatchObject(exceeded);
    expect(await call("GET", path)).toMatchObject(latest);

    await call("POST", `${path}/stop`);
    expect(await usage(group)).toMatchObject({ deployments: 2, replicas: 2 });
    await call("PATCH", `/groups/${group}/deployments/${group}-other`, { body: { maxReplicas: 3 } });
    expect(await problemOf("POST", `${path}/start`)).toMatchObject(exceeded);
    expect(await problemOf("PATCH", path, { body: { description: "x" } })).toMatchObject(exceeded);
    expect(await call("GET", path)).toMatchObject({ status: "Stopped", ...latest });

    await call("DELETE", `/groups/${group}/deployments/${group}-other`);
    expect(await usage(group)).toMatchObject({ deployments: 1, replicas: 0 });
    expect(await call("POST", `${path}/start`)).toMatchObject({ latestRevision: 2 });
    expect(await usage(group)).toMatchObject({ deployments: 1, replicas: 1 });
  });

  test("however many ask for the last places at once", async () => {
    const group = await bounded({ deployments: 4, replicas: 5 });
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((index) =>
        deploy(group, { name: `racer ${index}`, id: `${group}-${index}`, minReplicas: 2 }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403, 403, 403]);
    expect(await usage(group)).toMatchObject({ deployments: 2, replicas: 4 });
    const updates = await Promise.all(
      answers
        .flatMap(({ status }, index) => (status === 201 ? [`${group}-${index + 1}`] : []))
        .map((id) => answer("PATCH", `/groups/${group}/deployments/${id}`, { body: { maxReplicas: 3 } })),
    );
    expect(updates.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await usage(group)).toMatchObject({ deployments: 2, replicas: 5 });
  });
});

test("a quota below the usage blocks only what grows", async () => {
  const group = await aGroup("lowered");
  const path = `/groups/${group}/deployments/lowered`;
  await deploy(group, { name: "lowered", minReplicas: 2, maxReplicas: 4, instanceType: "small" });
  await call("PATCH", `/groups/${group}`, {
    body: { quotas: { deployments: 0, replicas: 1, memoryBytes: GIB } },
  });
  await call("PATCH", path, { body: { description: "still mine" } });
  await call("PATCH", path, { body: { maxReplicas: 3 } });
  await call("POST", `${path}/rollback`, { body: { revision: 3 } });
  expect(await usage(group)).toEqual({ deployments: 1, replicas: 3, memoryBytes: 3 * GIB });
  expect(await problemOf("PATCH", path, { body: { maxReplicas: 4 } })).toMatchObject({
    code: "quota_exceeded",
    errors: [{ field: "maxReplicas" }, { field: "instanceType" }],
  });
  expect(await problemOf("PATCH", path, { body: { instanceType: "medium" } })).toMatchObject({
    code: "quota_exceeded",
    errors: [{ field: "instanceType" }],
  });
  await call("POST", `${path}/stop`);
  expect(await usage(group)).toEqual({ deployments: 1, replicas: 0, memoryBytes: 0 });
});

test("what is scaled to zero counts with all that a call can start", async () => {
  const group = await bounded({ replicas: 2 });
  const path = `/groups/${group}/deployments/${group}`;
  expect((await deploy(group, { name: "idle", id: group, minReplicas: 0 })).status).toBe(201);
  expect(await usage(group)).toMatchObject({ replicas: 1 });
  await call("PATCH", path, { body: { maxReplicas: 2 } });
  expect(await usage(group)).toMatchObject({ replicas: 2 });
  expect((await deploy(group, { name: "other", id: `${group}-other`, minReplicas: 0 })).status).toBe(403);
  await call("POST", `${path}/stop`);
  expect((await deploy(group, { name: "other", id: `${group}-other`, minReplicas: 0 })).status).toBe(201);
});

test("what a group has does not count for another", async () => {
  const [full, empty] = [await bounded({ deployments: 1 }), await bounded({ deployments: 1 })];
  expect((await deploy(full, { name: "full", id: full })).status).toBe(201);
  expect((await deploy(empty, { name: "empty", id: empty })).status).toBe(201);
});
