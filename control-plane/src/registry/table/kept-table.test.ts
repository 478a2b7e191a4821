/** Whatever is written to the index, by whom, a table in memory shows it at the next look. */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { parseOrder } from "#domain/columns.ts";
import { findRegistryModel, removeModel, saveModels } from "#store/registry-index-store.ts";
import { removeVersion, saveFacts, saveVersions } from "#store/registry-version-store.ts";
import { registryVersion } from "#store/schema-registry.ts";
import { AT } from "#store/testing/versions.ts";
import { lookAtModels } from "#store/version-values.ts";
import { useTables } from "./testing/found.ts";
import { NO_CONTEXT } from "./version-context.ts";
import { createVersionTables } from "./version-tables.ts";

const { database, tables, aModel, found } = await useTables();

async function modelOf(name: string) {
  const row = await findRegistryModel(database, "demo", name);
  if (row === undefined) throw new Error(`there is no model '${name}'`);
  return row;
}

function aVersion(number: number, changes: object = {}) {
  return {
    ...{ number, createdMs: number, status: "READY", description: "", fingerprint: `print ${number}` },
    ...{ runId: "run", loggedModelId: null, tags: {}, ...changes },
  };
}

test("a version that is registered, changed or removed", async () => {
  const id = await aModel("first", [{ metrics: { score: 1 } }, { metrics: { score: 2 } }]);
  const ofModel = { orderBy: "metrics.score desc" };
  expect(await found(id, ofModel)).toEqual([2, 1]);
  const row = await modelOf("first");
  await saveVersions(database, row, { versions: [aVersion(3)], from: null, digest: null, at: AT });
  expect(await found(id, ofModel)).toEqual([2, 1, 3]);
  await saveFacts(database, id, {
    facts: [{ number: 3, fingerprint: "print 3", params: {}, metrics: { score: 9 }, changing: true }],
    at: AT,
  });
  expect(await found(id, ofModel)).toEqual([3, 2, 1]);
  expect(await found(null, { ...ofModel, filter: "metrics.score > 1" })).toEqual([3, 2]);
  await saveVersions(database, row, {
    ...{ versions: [aVersion(1, { tags: { stage: "ok" } })], from: null, digest: null, at: AT },
  });
  expect(await found(id, { filter: "tags.stage = 'ok'" })).toEqual([1]);
  await removeVersion(database, id, 3);
  expect(await found(id, ofModel)).toEqual([2, 1]);
  // Of a list from a number on, what it lacks is gone.
  await saveVersions(database, row, { versions: [aVersion(1)], from: 1, digest: null, at: AT });
  expect(await found(null, { filter: "metrics.score > 0" })).toEqual([1]);
});

test("an alias that moves", async () => {
  const id = await aModel("aliased", [{ aliases: ["champion"] }, {}]);
  expect(await found(id, { filter: "aliases = 'champion'" })).toEqual([1]);
  const { description, tags, createdMs, latestVersion } = await modelOf("aliased");
  const moved = { name: "aliased", description, tags, createdMs, latestVersion };
  const models = [{ ...moved, updatedMs: 2, aliases: [{ alias: "champion", number: 2 }] }];
  await saveModels(database, "demo", { models, complete: false, at: AT });
  expect(await found(id, { filter: "aliases = 'champion'" })).toEqual([2]);
});

test("a model that comes, goes, and comes again under its name", async () => {
  const named = async () => (await found(null, { filter: "name = 'guest'" })).length;
  expect(await named()).toBe(0);
  await aModel("guest", [{}, {}]);
  expect(await named()).toBe(2);
  await removeModel(database, "demo", "guest");
  expect(await named()).toBe(0);
  await aModel("guest", [{}]);
  expect(await named()).toBe(1);
});

test("one that goes while another comes", async () => {
  await aModel("old", [{}]);
  expect(await found(null, { filter: "name in ('old', 'new')" })).toHaveLength(1);
  await removeModel(database, "demo", "old");
  await aModel("new", [{}, {}, {}]);
  expect(await found(null, { filter: "name in ('old', 'new')" })).toHaveLength(3);
});

test("what a transaction wrote that had begun before the last look and ended after it", async () => {
  const id = await aModel("slow", [{}]);
  const { promise: written, resolve: tell } = Promise.withResolvers<void>();
  const { promise: looked, resolve: goOn } = Promise.withResolvers<void>();
  const writing = database.transaction(async (transaction) => {
    await saveVersions(transaction, await modelOf("slow"), {
      ...{ versions: [aVersion(2)], from: null, digest: null, at: AT },
    });
    tell();
    await looked;
  });
  await written;
  // Others that begin later end before it.
  await aModel("quick", [{}]);
  expect(await found(id, {})).toEqual([1]);
  goOn();
  await writing;
  expect(await found(id, {})).toEqual([1, 2]);
});

test("facts that are read again and are as they were are no change", async () => {
  const id = await aModel("settled", [{ metrics: { score: Number.NaN }, params: { C: "1" } }]);
  const { seen } = await lookAtModels(database, "demo", null);
  const facts = [
    {
      number: 1,
      fingerprint: "print 1",
      params: { C: "1" },
      metrics: { score: Number.NaN },
      changing: true,
    },
  ];
  await saveFacts(database, id, { facts, at: AT });
  expect((await lookAtModels(database, "demo", seen)).models).toEqual([]);
  const [row] = await database.select().from(registryVersion).where(eq(registryVersion.modelId, id));
  expect(row?.facts).toBe("changing");
  await saveFacts(database, id, { facts: facts.map((each) => ({ ...each, metrics: { score: 1 } })), at: AT });
  expect((await lookAtModels(database, "demo", seen)).models).toMatchObject([{ id }]);
});

test("many that look at once while another writes see whole versions, each of them", async () => {
  const id = await aModel(
    "busy",
    Array.from({ length: 50 }, (_, at) => ({ metrics: { score: at } })),
  );
  const row = await modelOf("busy");
  const others = createVersionTables(database);
  const ask = async (of: typeof tables, column: string) => {
    const query = { scope: "demo", filter: null, context: NO_CONTEXT, order: parseOrder(column) };
    const { places, total } = await of.page({ ...query, modelId: id, offset: 0, limit: 1_000 });
    expect(new Set(places.map(({ number }) => number)).size).toBe(total);
    return total;
  };
  const columns = ["metrics.score", "version", "params.C", "tags.stage", "registeredAt", "description"];
  let written = 50;
  for (let round = 0; round < 10; round++) {
    const asked = columns.flatMap((column) => [ask(tables, column), ask(others, column)]);
    const writing = saveVersions(database, row, {
      ...{ versions: [aVersion(written + 1)], from: null, digest: null, at: AT },
    });
    for (const total of await Promise.all(asked)) expect([written, written + 1]).toContain(total);
    await writing;
    written++;
    expect(await ask(tables, "metrics.score")).toBe(written);
    expect(await ask(others, "version")).toBe(written);
  }
});

test("columns that are read ahead are there for the next question", async () => {
  const id = await aModel("ahead", [{ params: { C: "2" } }, { params: { C: "1" } }]);
  const own = createVersionTables(database);
  const query = { scope: "demo", modelId: id, filter: null, context: NO_CONTEXT };
  const page = () => own.page({ ...query, order: parseOrder("params.C"), offset: 0, limit: 10 });
  own.prepare(query, [{ kind: "params", key: "C" }]);
  expect((await page()).places.map(({ number }) => number)).toEqual([2, 1]);
});

test("tables that take more memory than they may answer all the same", async () => {
  const id = await aModel(
    "long",
    Array.from({ length: 20 }, (_, at) => ({
      params: { text: `${at % 10} ${"x".repeat(500)}` },
      aliases: at === 0 ? ["champion"] : [],
    })),
  );
  const small = createVersionTables(database, { bytesMax: 1_000 });
  const query = { scope: "demo", modelId: id, filter: null, context: NO_CONTEXT, offset: 0, limit: 3 };
  for (let round = 0; round < 3; round++) {
    const asked = ["params.text", "version", "aliases"].map((column) =>
      small.page({ ...query, order: parseOrder(column) }),
    );
    const [byText, byVersion, byAlias] = await Promise.all(asked);
    expect(byText?.places.map(({ number }) => number)).toEqual([11, 1, 12]);
    expect(byVersion?.places.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(byAlias?.places[0]?.number).toBe(1);
  }
});
