import { listOf } from "@slipway/contracts/api/list";
import { SAVED_VIEWS_MAX, savedViewSchema } from "@slipway/contracts/api/saved-view";
import { expect, test } from "vitest";
import { type CallOptions, useApi } from "#testing/api.ts";

const { answer, call, problemOf, aGroup } = await useApi();
const VIEWS = "/groups/demo/views";
const OF_IRIS = `${VIEWS}?model=iris-classifier`;

type Caller = NonNullable<CallOptions["as"]>;

async function save(body: object, { as = "bob", at = VIEWS }: { at?: string } & CallOptions = {}) {
  return savedViewSchema.parse(await call("POST", at, { as, body }));
}

async function mayChange(as: Caller): Promise<boolean[]> {
  const { items } = listOf(savedViewSchema).parse(await call("GET", VIEWS, { as }));
  return items.map(({ viewerCan }) => viewerCan.change);
}

async function names(path: string, as: Caller = "bob"): Promise<string[]> {
  const { items } = listOf(savedViewSchema).parse(await call("GET", path, { as }));
  return items.map(({ name }) => name);
}

test("a view is kept as it was made, and stands in the list of its own table alone", async () => {
  const view = {
    name: "The best",
    columns: ["params.C", "metrics.accuracy", 'tags."data set"', "params.C"],
    orderBy: "metrics.accuracy desc",
    filter: "metrics.accuracy > 0.9 and tags.stage = 'ok'",
    firstOfEach: false,
  };
  const made = await save(view, { at: OF_IRIS });
  const columns = ["params.C", "metrics.accuracy", "tags.data set"];
  expect(made).toMatchObject({ ...view, columns, model: "iris-classifier", createdBy: "bob" });
  const { items } = listOf(savedViewSchema).parse(await call("GET", OF_IRIS));
  expect(items).toEqual([made]);
  expect(await names(VIEWS)).not.toContain("The best");
  expect(await names(`${VIEWS}?model=other`)).toEqual([]);
  await call("DELETE", `${VIEWS}/${made.id}`);
  expect(await names(OF_IRIS)).toEqual([]);
});

test("a view of all models keeps that only the first version of each is meant, and an order without a direction", async () => {
  const made = await save({ name: "Best of each", orderBy: "metrics.accuracy", firstOfEach: true });
  expect(made).toMatchObject({ model: null, orderBy: "metrics.accuracy asc", firstOfEach: true, filter: "" });
  const { items } = listOf(savedViewSchema).parse(await call("GET", VIEWS));
  expect(items).toEqual([made]);
  const plain = await save({ name: "Newest" });
  expect(plain).toMatchObject({ orderBy: "version desc", firstOfEach: false, columns: [] });
  for (const { id } of [made, plain]) await call("DELETE", `${VIEWS}/${id}`, { as: "bob" });
});

test("a view that could not be read again is refused with the field at fault", async () => {
  const refused = async (body: object, at = VIEWS) => {
    const problem = await problemOf("POST", at, { as: "bob", body: { name: "Wrong", ...body } });
    expect(problem).toMatchObject({ status: 400, code: "invalid_request" });
    return problem.errors?.[0];
  };
  expect(await refused({ filter: "metrics.accuracy > high" })).toMatchObject({
    field: "filter",
    position: 19,
  });
  expect(await refused({ columns: ["params.C", "nonsense"] })).toMatchObject({ field: "columns" });
  expect(await refused({ orderBy: "nonsense desc" })).toMatchObject({ field: "orderBy" });
  expect(await refused({ firstOfEach: true }, OF_IRIS)).toMatchObject({ field: "firstOfEach" });
  for (const name of ["", "   ", "x".repeat(101), "a\nb", "a\0b"]) {
    expect(await refused({ name })).toMatchObject({ field: "name" });
  }
  expect(await refused({ columns: Array.from({ length: 101 }, (_, at) => `params.p${at}`) })).toMatchObject({
    field: "columns",
  });
  await refused({}, `${VIEWS}?model=`);
  await refused({}, `${VIEWS}?model=a%00b`);
  expect(await names(VIEWS)).toEqual([]);
});

test("a name is given once for each table, and a conflict says so", async () => {
  const first = await save({ name: "Mine" });
  const other = await save({ name: "Mine" }, { at: OF_IRIS });
  const third = await save({ name: "Yours" });
  const taken = { status: 409, code: "conflict", errors: [{ field: "name", message: "taken" }] };
  expect(await problemOf("POST", VIEWS, { as: "ada", body: { name: " Mine " } })).toMatchObject(taken);
  expect(await problemOf("PUT", `${VIEWS}/${third.id}`, { as: "bob", body: { name: "Mine" } })).toMatchObject(
    taken,
  );
  expect(await names(VIEWS)).toEqual(["Mine", "Yours"]);
  for (const { id } of [first, other, third]) await call("DELETE", `${VIEWS}/${id}`);
});

test("members see every view; who made one and administrators of the group change it, nobody else", async () => {
  const own = await save({ name: "By ada" }, { as: "ada" });
  expect(await names(VIEWS, "bob")).toEqual(["By ada"]);
  expect(await mayChange("bob")).toEqual([false]);
  expect(await mayChange("ada")).toEqual([true]);
  expect(await mayChange("admin")).toEqual([true]);
  const body = { name: "Renamed", filter: "version > 1" };
  for (const method of ["PUT", "DELETE"] as const) {
    const problem = await problemOf(method, `${VIEWS}/${own.id}`, { as: "bob", body });
    expect(problem).toMatchObject({ status: 403, code: "forbidden" });
    expect(problem.detail).toContain("ada");
  }
  const changed = savedViewSchema.parse(await call("PUT", `${VIEWS}/${own.id}`, { as: "admin", body }));
  expect(changed).toEqual({ ...own, ...body });
  const byBob = await save({ name: "By bob" }, { as: "bob" });
  await call("PUT", `${VIEWS}/${byBob.id}`, { as: "bob", body: { name: "Still by bob" } });
  await call("DELETE", `${VIEWS}/${byBob.id}`, { as: "ada" });
  await call("DELETE", `${VIEWS}/${own.id}`, { as: "ada" });
  expect(await names(VIEWS)).toEqual([]);
});

test("another group's views are neither seen nor changed", async () => {
  await aGroup("other");
  const theirs = await save({ name: "Theirs" }, { as: "admin", at: "/groups/other/views" });
  expect(await names(VIEWS)).toEqual([]);
  const path = `${VIEWS}/${theirs.id}`;
  for (const as of ["bob", "admin"] as const) {
    const problem = await problemOf("PUT", path, { as, body: { name: "Mine now" } });
    expect(problem).toMatchObject({ status: 404, code: "not_found" });
    expect((await answer("DELETE", path, { as })).status).toBe(404);
  }
  expect(await problemOf("GET", VIEWS, { as: "eve" })).toMatchObject({ code: "group_not_found" });
  expect(await problemOf("POST", VIEWS, { as: "eve", body: { name: "Hers" } })).toMatchObject({
    code: "group_not_found",
  });
});

test("a group keeps so many views of a table and no more, however they are asked for", async () => {
  const at = `${VIEWS}?model=full`;
  const asked = await Promise.all(
    Array.from({ length: SAVED_VIEWS_MAX + 3 }, (_, number) =>
      answer("POST", at, { as: "bob", body: { name: `View ${number}` } }),
    ),
  );
  const refused = asked.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(3);
  expect(refused[0]?.text).toContain(String(SAVED_VIEWS_MAX));
  expect(await names(at)).toHaveLength(SAVED_VIEWS_MAX);
  await save({ name: "Another table has room" });
});
