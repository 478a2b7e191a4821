import { createdDeploymentSchema, revisionSchema } from "@slipway/contracts/api/deployment";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { insertShares } from "#store/traffic-store.ts";
import { useApi } from "#testing/api.ts";

const { call, answer, problemOf, database } = await useApi();
const PATH = "/groups/demo/deployments";

async function deploy(name: string) {
  const body = { name, modelUri: "models:/iris-unsigned/1" };
  const { id, latest } = createdDeploymentSchema.parse(await call("POST", PATH, { as: "ada", body }));
  return { id: deploymentIdSchema.parse(id), latest };
}

describe("what served at a time", () => {
  beforeAll(() => deploy("refusing"));

  test("are the revisions with their shares, from one change of the shares to the next", async () => {
    const { id } = await deploy("served");
    await call("PATCH", `${PATH}/served`, { body: { description: "the second" } });
    const share = (at: string, shares: { revision: number; weight: number }[]) =>
      insertShares(database, { deploymentId: id, at: new Date(at), shares });
    await share("2026-03-01T12:00:00Z", [{ revision: 1, weight: 100 }]);
    await share("2026-03-01T14:00:00Z", [
      { revision: 1, weight: 90 },
      { revision: 2, weight: 10 },
    ]);
    await share("2026-03-01T14:05:00Z", [
      { revision: 2, weight: 100 },
      { revision: 1, weight: 0 },
    ]);
    await share("2026-03-01T18:00:00Z", []);

    const servedAt = async (at: string) => {
      const list = await call("GET", `${PATH}/served/revisions?at=${encodeURIComponent(at)}`, { as: "bob" });
      const { items } = z.object({ items: z.array(revisionSchema) }).parse(list);
      return items.map(({ number, weight }) => [number, weight]);
    };
    const both = [
      [2, 10],
      [1, 90],
    ];
    expect(await servedAt("2026-03-01T11:59:59.999Z")).toEqual([]);
    expect(await servedAt("2026-03-01T12:00:00Z")).toEqual([[1, 100]]);
    expect(await servedAt("2026-03-01T14:03:00Z")).toEqual(both);
    expect(await servedAt("2026-03-01T15:03:00+01:00")).toEqual(both);
    expect(await servedAt("2026-03-01T14:03:00-05:00")).toEqual([]);
    expect(await servedAt("2026-03-01T14:05:00Z")).toEqual([[2, 100]]);
    expect(await servedAt("2026-03-02T00:00:00Z")).toEqual([]);
  });

  test("is a whole revision, and without a time the list is that of all, without shares", async () => {
    const { id, latest } = await deploy("listed");
    const all = { items: [latest] };
    expect(await call("GET", `${PATH}/listed/revisions`)).toEqual(all);
    await insertShares(database, {
      deploymentId: id,
      at: new Date(0),
      shares: [{ revision: 1, weight: 100 }],
    });
    expect(await call("GET", `${PATH}/listed/revisions?at=2026-01-01T00:00:00Z`)).toEqual({
      items: [{ ...latest, weight: 100 }],
    });
  });

  test.each([
    "yesterday",
    "2026-03-01",
    "2026-03-01T14:03:00",
    "14:03",
    "",
    "2026-03-01T14:03:00+01:00",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
  ])("is refused for the time '%s' as it stands in a URL", async (at) => {
    const problem = await problemOf("GET", `${PATH}/refusing/revisions?at=${at}`);
    expect(problem).toMatchObject({ status: 400, code: "invalid_request", errors: [{ field: "at" }] });
    expect(problem.errors).toHaveLength(1);
  });
});

describe("two people who change a deployment", () => {
  test("do not undo each other unseen: the second is told the newest revision", async () => {
    const { id } = await deploy("shared");
    const change = { description: "by the first", baseRevision: 1 };
    expect(await call("PATCH", `${PATH}/${id}`, { as: "ada", body: change })).toMatchObject({
      latestRevision: 2,
    });
    const conflict = {
      ...{ status: 409, code: "conflict", latestRevision: 2 },
      errors: [{ field: "baseRevision" }],
    };
    const late = { minReplicas: 2, baseRevision: 1 };
    expect(await problemOf("PATCH", `${PATH}/${id}`, { as: "bob", body: late })).toMatchObject(conflict);
    const back = { revision: 1, baseRevision: 1 };
    expect(await problemOf("POST", `${PATH}/${id}/rollback`, { as: "bob", body: back })).toMatchObject(
      conflict,
    );
    expect(await call("GET", `${PATH}/${id}`)).toMatchObject({
      latestRevision: 2,
      description: "by the first",
    });

    expect(
      await call("PATCH", `${PATH}/${id}`, { as: "bob", body: { ...late, baseRevision: 2 } }),
    ).toMatchObject({ latest: { number: 3, description: "by the first", minReplicas: 2 } });
    expect(
      await call("POST", `${PATH}/${id}/rollback`, { as: "bob", body: { ...back, baseRevision: 3 } }),
    ).toMatchObject({ latest: { number: 4, rollbackOf: 1, description: "", minReplicas: 1 } });
  });

  test("at the very same time get one revision and one conflict", async () => {
    const { id } = await deploy("raced");
    const answers = await Promise.all(
      ["ada", "bob"].map((name) =>
        answer("PATCH", `${PATH}/${id}`, { body: { description: name, baseRevision: 1 } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await call("GET", `${PATH}/${id}`)).toMatchObject({ latestRevision: 2 });
  });

  test("and do not say from where they start, make two revisions", async () => {
    const { id } = await deploy("unbased");
    await Promise.all(
      [{ description: "new" }, { minReplicas: 2 }].map((body) => call("PATCH", `${PATH}/${id}`, { body })),
    );
    expect(await call("GET", `${PATH}/${id}`)).toMatchObject({
      latest: { number: 3, description: "new", minReplicas: 2 },
    });
  });

  test("must not name a field that a rollback does not know", async () => {
    await deploy("strict");
    const body = { revision: 1, message: "back" };
    expect(await problemOf("POST", `${PATH}/strict/rollback`, { body })).toMatchObject({
      code: "invalid_request",
      errors: [{ field: "message" }],
    });
  });
});

test("the history comes in pages, newest first, each with a token of the next", async () => {
  await deploy("paged");
  for (const description of ["two", "three"]) await call("PATCH", `${PATH}/paged`, { body: { description } });
  const page = z.object({ items: z.array(revisionSchema), nextPageToken: z.string().optional() });
  const first = page.parse(await call("GET", `${PATH}/paged/revisions?pageSize=2`));
  expect(first.items.map(({ number }) => number)).toEqual([3, 2]);
  const second = page.parse(
    await call("GET", `${PATH}/paged/revisions?pageSize=2&pageToken=${first.nextPageToken}`),
  );
  expect(second.items.map(({ number }) => number)).toEqual([1]);
  expect(second.nextPageToken).toBeUndefined();
  const events = z.object({ items: z.array(z.object({ kind: z.string() })), nextPageToken: z.string() });
  const newest = events.parse(await call("GET", `${PATH}/paged/events?pageSize=1`));
  expect(newest.items.map(({ kind }) => kind)).toEqual(["deployment.updated"]);
  expect(await problemOf("GET", `${PATH}/paged/rollouts?pageToken=nonsense`)).toMatchObject({
    status: 400,
    errors: [{ field: "pageToken" }],
  });
});
