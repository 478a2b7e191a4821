import {
  modelVersionListSchema,
  registeredModelListSchema,
  registryVersionListSchema,
} from "@slipway/contracts/api/model";
import { expect, test } from "vitest";
import { useApi } from "#testing/api.ts";

const { call, problemOf } = await useApi();
const VERSIONS = "/groups/demo/models/iris-classifier/versions";

test("a filter that cannot be read is answered with the place of the character", async () => {
  const problem = await problemOf(
    "GET",
    `${VERSIONS}?filter=${encodeURIComponent("metrics.accuracy > high")}`,
  );
  expect(problem).toMatchObject({ status: 400, code: "invalid_request" });
  expect(problem.errors).toEqual([{ field: "filter", message: expect.any(String), position: 19 }]);
});

test("versions are found by what was logged for them, and say how fresh they are", async () => {
  const filter = encodeURIComponent("metrics.accuracy >= 0 and params.C is not null");
  const page = modelVersionListSchema.parse(
    await call("GET", `${VERSIONS}?filter=${filter}&columns=params.C,metrics.accuracy`),
  );
  expect(page).toMatchObject({ complete: true, problem: null });
  expect(page.total).toBeGreaterThan(0);
  expect(Date.parse(page.asOf)).toBeGreaterThan(Date.now() - 60_000);
  const none = modelVersionListSchema.parse(await call("GET", `${VERSIONS}?filter=version%20%3E%201000000`));
  expect(none).toMatchObject({ total: 0, items: [] });
});

test("the versions of all models stand in one list, with the best of each alone where that is asked for", async () => {
  const { items: models } = registeredModelListSchema.parse(await call("GET", "/groups/demo/models"));
  // Nothing runs in the background here: what somebody has looked at is in the index.
  for (const { name } of models)
    await call("GET", `/groups/demo/models/${encodeURIComponent(name)}/versions`);
  const all = registryVersionListSchema.parse(await call("GET", "/groups/demo/versions?orderBy=name"));
  const names = new Set(all.items.map(({ name }) => name));
  expect(names.size).toBeGreaterThan(1);
  const best = registryVersionListSchema.parse(
    await call("GET", "/groups/demo/versions?firstOfEach=true&orderBy=version%20desc"),
  );
  expect(best.items.map(({ name }) => name).sort()).toEqual([...names].sort());
  const next = registryVersionListSchema.parse(
    await call(
      "GET",
      `/groups/demo/versions?pageSize=1&pageToken=${Buffer.from("at:1").toString("base64url")}`,
    ),
  );
  expect(next.items).toHaveLength(1);
  expect(next.total).toBe(all.total);
});
