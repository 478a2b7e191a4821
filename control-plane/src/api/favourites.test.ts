import {
  registeredModelDetailSchema,
  registeredModelListSchema,
  registryColumnsSchema,
} from "@slipway/contracts/api/model";
import { expect, test } from "vitest";
import { user } from "#store/schema-identity.ts";
import { useApi } from "#testing/api.ts";

const { database, call, problemOf, answer } = await useApi();
const MODEL = "/groups/demo/models/iris-classifier";
await database
  .insert(user)
  .values(["ada", "bob"].map((id) => ({ id, name: id, username: id, email: `${id}@test` })));

async function favourites(as: "ada" | "bob"): Promise<string[]> {
  const { items } = registeredModelListSchema.parse(await call("GET", "/groups/demo/models", { as }));
  return items.filter(({ favourite }) => favourite).map(({ name }) => name);
}

test("a favourite is its user's own, whether it is marked once or twice, and can be taken away", async () => {
  await call("PUT", `${MODEL}/favourite`, { as: "bob" });
  expect(await answer("PUT", `${MODEL}/favourite`, { as: "bob" })).toMatchObject({ status: 204 });
  expect(await favourites("bob")).toEqual(["iris-classifier"]);
  expect(await favourites("ada")).toEqual([]);
  const detail = registeredModelDetailSchema.parse(await call("GET", MODEL, { as: "bob" }));
  expect(detail.favourite).toBe(true);
  await call("DELETE", `${MODEL}/favourite`, { as: "bob" });
  expect(await answer("DELETE", `${MODEL}/favourite`, { as: "bob" })).toMatchObject({ status: 204 });
  expect(await favourites("bob")).toEqual([]);
});

test("what is no model of the group's MLflow is no favourite, and strangers have none", async () => {
  const path = "/groups/demo/models/no%20such%20model/favourite";
  expect(await problemOf("PUT", path, { as: "bob" })).toMatchObject({ code: "model_not_found" });
  for (const method of ["PUT", "DELETE"] as const) {
    expect(await problemOf(method, `${MODEL}/favourite`, { as: "eve" })).toMatchObject({
      code: "group_not_found",
    });
  }
});

test("the keys of all models are told at once, sorted, out of the index, and only to the group", async () => {
  const path = "/groups/demo/columns";
  const { items } = registeredModelListSchema.parse(await call("GET", "/groups/demo/models"));
  const models = await Promise.all(
    items.map(async ({ name }) => {
      const one = `/groups/demo/models/${encodeURIComponent(name)}`;
      await call("GET", `${one}/versions?columns=params.x`);
      return registeredModelDetailSchema.parse(await call("GET", one));
    }),
  );
  const all = (keys: (model: (typeof models)[number]) => string[]) =>
    [...new Set(models.flatMap(keys))].sort();
  const columns = registryColumnsSchema.parse(await call("GET", path, { as: "bob" }));
  expect(columns).toEqual({
    params: all((model) => model.columns.params),
    metrics: all((model) => model.columns.metrics),
    tags: all((model) => model.columns.tags),
    aliases: all((model) => model.aliases.map(({ alias }) => alias)),
  });
  expect(columns.metrics).toContain("accuracy");
  expect(await problemOf("GET", path, { as: "eve" })).toMatchObject({ code: "group_not_found" });
});

test("the keys are told without asking MLflow; a group without MLflow is told to bind one", async () => {
  await call("POST", "/groups", { body: { name: "unbound" } });
  expect(await problemOf("GET", "/groups/unbound/columns")).toMatchObject({ code: "mlflow_not_configured" });
  await call("PUT", "/groups/unbound/mlflow", { body: { trackingUri: "http://127.0.0.1:9" } });
  expect(await call("GET", "/groups/unbound/columns")).toEqual({
    params: [],
    metrics: [],
    tags: [],
    aliases: [],
  });
});
