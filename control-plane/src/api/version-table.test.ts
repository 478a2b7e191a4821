/** Ranges of metrics and lists as CSV, of a real MLflow. */
import { metricRangeListSchema } from "@slipway/contracts/api/metric-range";
import { expect, test } from "vitest";
import { runSource, useRegistry } from "#registry/testing/registry.ts";
import { useApi } from "#testing/api.ts";

const { uri, seed } = await useRegistry();
const { answer, call, problemOf } = await useApi();
await call("PUT", "/groups/demo/mlflow", { body: { trackingUri: uri } });

const experiment = await seed.experiment();
await seed.model("churn, 2026");
const LOGGED = [
  { metrics: { accuracy: 0.1 + 0.2 }, params: { rule: "=1+1", C: "-0.5" } },
  { metrics: { accuracy: "NaN" }, params: { rule: 'a "b", c' } },
  { metrics: { accuracy: 0.875 }, params: { rule: "plain" } },
  {},
];
for (const logged of LOGGED)
  await seed.version("churn, 2026", {
    ...runSource(experiment, await seed.run(experiment, logged)),
    tags: [{ key: "stage", value: "ok" }],
  });
await seed.model("other");
await seed.version(
  "other",
  runSource(experiment, await seed.run(experiment, { metrics: { accuracy: 0.5 } })),
);

const MODEL = `/groups/demo/models/${encodeURIComponent("churn, 2026")}`;

/** As a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  const cells = text.slice(0, -2).matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/g);
  const rows: string[][] = [[]];
  for (const [, cell = "", end] of cells) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows;
}

test("a list as CSV has the chosen columns in full, in order, of just the versions that meet the filter", async () => {
  const query = new URLSearchParams({
    columns: "params.rule,params.C,metrics.accuracy,tags.stage",
    orderBy: "metrics.accuracy desc",
    filter: "params.rule is not null",
  });
  const { status, text } = await answer("GET", `${MODEL}/versions.csv?${query}`);
  expect(status).toBe(200);
  const [header, ...rows] = parseCsv(text);
  const names = "version,registeredAt,status,aliases,deployedBy,description,modelUri".split(",");
  expect(header).toEqual([...names, "params.rule", "params.C", "metrics.accuracy", "tags.stage"]);
  expect(rows.map((row) => [row[0], ...row.slice(7)])).toEqual([
    ["3", "plain", "", "0.875", "ok"],
    ["1", "'=1+1", "-0.5", "0.30000000000000004", "ok"],
    ["2", 'a "b", c', "", "NaN", "ok"],
  ]);
  expect(rows[0]?.[6]).toBe("models:/churn, 2026/3");
  expect(rows[0]?.[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test("the file is named after the model, and says whether it is complete", async () => {
  const { headers } = await answer("GET", `${MODEL}/versions.csv?columns=metrics.accuracy`);
  expect(headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition":
      "attachment; filename=\"churn-2026-versions.csv\"; filename*=UTF-8''churn%2C%202026-versions.csv",
    "slipway-complete": "true",
  });
});

test("a list of many versions comes whole and each once", async () => {
  await seed.model("many");
  const source = runSource(experiment, await seed.run(experiment));
  const count = 230;
  for (let made = 0; made < count; made += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - made) }, () => seed.version("many", source)));
  const { text } = await answer("GET", "/groups/demo/models/many/versions.csv?orderBy=version");
  const numbers = parseCsv(text)
    .slice(1)
    .map(([version]) => Number(version));
  expect(numbers).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});

test("the versions of all models tell their model; of each only the first where that is asked for", async () => {
  for (const name of ["churn, 2026", "other"])
    await call("GET", `/groups/demo/models/${encodeURIComponent(name)}/versions?columns=metrics.accuracy`);
  const query =
    "columns=metrics.accuracy&orderBy=metrics.accuracy%20desc&filter=metrics.accuracy%20is%20not%20null";
  const models = async (also: string) =>
    parseCsv((await answer("GET", `/groups/demo/versions.csv?${query}${also}`)).text).map((row) => row[0]);
  expect(await models("")).toEqual(["model", "churn, 2026", "other", "churn, 2026"]);
  expect(await models("&firstOfEach=true")).toEqual(["model", "churn, 2026", "other"]);
});

test("ranges tell the smallest and largest finite value of the versions that meet the filter", async () => {
  const ranges = async (path: string, query: string) =>
    metricRangeListSchema.parse(await call("GET", `${path}/ranges?${query}`)).items;
  await call("GET", `${MODEL}/versions?columns=metrics.accuracy`);
  expect(await ranges(MODEL, "metrics=accuracy,absent")).toEqual([
    { metric: "accuracy", min: 0.1 + 0.2, max: 0.875, count: 2 },
    { metric: "absent", min: null, max: null, count: 0 },
  ]);
  expect(await ranges(MODEL, "metrics=accuracy&filter=version%20%3C%203")).toMatchObject([
    { max: 0.1 + 0.2, count: 1 },
  ]);
  expect(await ranges("/groups/demo", "metrics=accuracy")).toMatchObject([{ count: 3 }]);
  expect(await ranges(MODEL, "")).toEqual([]);
  const commas = encodeURIComponent(`${encodeURIComponent("a,b")},accuracy`);
  expect((await ranges(MODEL, `metrics=${commas}`)).map(({ metric }) => metric)).toEqual(["a,b", "accuracy"]);
});

test("who may not see the group gets neither, and what cannot be read is told with its field", async () => {
  for (const path of ["versions.csv", "ranges?metrics=accuracy"]) {
    for (const of of [MODEL, "/groups/demo"])
      expect(await problemOf("GET", `${of}/${path}`, { as: "eve" })).toMatchObject({
        code: "group_not_found",
      });
    expect(await problemOf("GET", `/groups/demo/models/nothing/${path}`)).toMatchObject({
      code: "model_not_found",
    });
  }
  for (const path of ["versions.csv", "ranges"])
    expect(await problemOf("GET", `${MODEL}/${path}?filter=version%20%3E`)).toMatchObject({
      errors: [{ field: "filter", position: expect.any(Number) }],
    });
  expect(await problemOf("GET", `${MODEL}/versions.csv?columns=nonsense`)).toMatchObject({
    errors: [{ field: "columns" }],
  });
  const many = Array.from({ length: 101 }, (_, at) => `m${at}`).join(",");
  expect(await problemOf("GET", `${MODEL}/ranges?metrics=${many}`)).toMatchObject({
    status: 400,
    errors: [{ field: "metrics" }],
  });
});
