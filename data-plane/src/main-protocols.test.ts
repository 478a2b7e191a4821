/** The protocols of an endpoint with real models: each answers what MLflow's own scoring protocol answers. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROWS = [
  [5.1, 3.5, 1.4, 0.2],
  [6.7, 3.1, 4.7, 1.5],
  [6.3, 3.3, 6.0, 2.5],
];
const IMAGES = [0, 1, 2].map((image) =>
  Array.from({ length: 8 }, (_, row) =>
    Array.from({ length: 8 }, (_x, column) => (image * 7 + row * column) % 16),
  ),
);
let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start();
  await plane.assign(
    { id: "iris", revisions: [{ number: 1, weight: 100, model: "iris-classifier", version: "2" }] },
    { id: "digits", revisions: [{ number: 1, weight: 100, model: "digits-classifier", version: "1" }] },
  );
  for (const id of ["iris", "digits"]) await plane.until(id, 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

const predictionsSchema = z.object({ predictions: z.array(z.number()) });

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const content = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await plane.call(`/deployment/${path}`, { body: content, headers });
  return { ...answer, json: (): unknown => JSON.parse(answer.text) };
}

/** What MLflow's scoring protocol answers. */
async function expected(id: string): Promise<number[]> {
  const body = id === "iris" ? { dataframe_split: { columns: COLUMNS, data: ROWS } } : { inputs: IMAGES };
  return predictionsSchema.parse((await post(`${id}/invocations`, body)).json()).predictions;
}

describe("MLflow's scoring protocol", () => {
  const records = ROWS.map((row) => Object.fromEntries(row.map((value, column) => [COLUMNS[column], value])));
  test.each([
    ["dataframe_records", { dataframe_records: records }, {}],
    [
      "columns in another order",
      { dataframe_split: { columns: COLUMNS.toReversed(), data: ROWS.map((row) => row.toReversed()) } },
      {},
    ],
    [
      "CSV",
      [COLUMNS.join(","), ...ROWS.map((row) => row.join(","))].join("\n"),
      { "content-type": "text/csv" },
    ],
    ["gzip", gzipSync(JSON.stringify({ dataframe_records: records })), { "content-encoding": "gzip" }],
  ])("%s", async (_name, body, headers) => {
    const answer = await post("iris/invocations", body, headers);
    expect([answer.status, answer.json()]).toEqual([200, { predictions: await expected("iris") }]);
  });

  test("many callers at the same time get each their own answer", async () => {
    const wanted = await expected("iris");
    const answers = await Promise.all(
      Array.from({ length: 90 }, async (_, caller) => {
        const body = { dataframe_split: { columns: COLUMNS, data: [ROWS[caller % 3]] } };
        return predictionsSchema.parse((await post("iris/invocations", body)).json()).predictions;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 90 }, (_, caller) => [wanted[caller % 3]]));
  });

  test("a bad row is answered to its caller alone, naming the column", async () => {
    const good = { dataframe_split: { columns: COLUMNS, data: [ROWS[0]] } };
    const bad = { dataframe_split: { columns: COLUMNS, data: [[5.1, "wide", 1.4, 0.2]] } };
    const bodies = Array.from({ length: 40 }, (_, caller) => (caller % 5 === 2 ? bad : good));
    const answers = await Promise.all(bodies.map((body) => post("iris/invocations", body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map((body) => (body === bad ? 400 : 200)));
    expect(answers[2]?.json()).toMatchObject({
      code: "invalid_input",
      detail: expect.stringContaining(COLUMNS[1] ?? ""),
    });
  });
});

describe("Open Inference Protocol V2", () => {
  const columns = COLUMNS.map((name, column) => ({
    ...{ name, datatype: "FP64", shape: [ROWS.length, 1] },
    data: ROWS.map((row) => row[column]),
  }));

  test("health and metadata", async () => {
    const get = async (path: string) => JSON.parse((await plane.call(`/deployment/${path}`)).text);
    expect(await get("iris/v2/health/live")).toEqual({ live: true });
    expect(await get("iris/v2/models/iris/versions/2/ready")).toMatchObject({ ready: true });
    expect(await get("iris/v2/models/iris")).toMatchObject({
      versions: ["2"],
      inputs: COLUMNS.map((name) => ({ name, datatype: "FP64", shape: [-1, 1] })),
    });
    expect(await get("digits/v2/models/digits")).toMatchObject({
      inputs: [{ datatype: "FP64", shape: [-1, 8, 8] }],
    });
  });

  test("a tensor for each column", async () => {
    const answer = await post("iris/v2/models/iris/infer", { id: "mine", inputs: columns });
    expect(answer.json()).toMatchObject({
      ...{ model_name: "iris", model_version: "2", id: "mine" },
      outputs: [{ datatype: "INT64", data: await expected("iris") }],
    });
  });

  test("one tensor, as JSON and as bytes, and an answer in bytes", async () => {
    const input = { name: "input-0", datatype: "FP64", shape: [3, 8, 8] };
    const plain = await post("digits/v2/models/digits/infer", {
      inputs: [{ ...input, data: IMAGES.flat(2) }],
    });
    const wanted = await expected("digits");
    expect(plain.json()).toMatchObject({ outputs: [{ shape: [3], data: wanted }] });

    const values = Buffer.from(new Float64Array(IMAGES.flat(2)).buffer);
    const head = Buffer.from(
      JSON.stringify({
        inputs: [{ ...input, parameters: { binary_data_size: values.length } }],
        parameters: { binary_data_output: true },
      }),
    );
    const headers = {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(head.length),
    };
    const url = `http://127.0.0.1:${plane.port}/deployment/digits/v2/models/digits/infer`;
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...headers, ...plane.authorization },
      body: Buffer.concat([head, values]),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const jsonBytes = Number(answer.headers.get("inference-header-content-length"));
    const [output] = z
      .object({ outputs: z.array(z.object({ parameters: z.object({ binary_data_size: z.number() }) })) })
      .parse(JSON.parse(bytes.toString("utf8", 0, jsonBytes))).outputs;
    const content = bytes.subarray(jsonBytes);
    expect(content).toHaveLength(output?.parameters.binary_data_size ?? -1);
    expect(wanted.map((_, row) => Number(content.readBigInt64LE(row * 8)))).toEqual(wanted);
  });

  test("what does not fit is told by its tensor", async () => {
    const answer = await post("iris/v2/models/iris/infer", { inputs: columns.slice(1) });
    expect([answer.status, answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: "invalid_input", detail: expect.stringContaining(COLUMNS[0] ?? "") }),
    ]);
  });
});

describe("Seldon V1", () => {
  test("an ndarray with names", async () => {
    const answer = await post("iris/api/v1.0/predictions", { data: { names: COLUMNS, ndarray: ROWS } });
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ data: expect.objectContaining({ ndarray: await expected("iris") }) }),
    ]);
  });

  test("a tensor of values and a shape", async () => {
    const tensor = { shape: [3, 8, 8], values: IMAGES.flat(2) };
    const answer = await post("digits/api/v1.0/predictions", { data: { tensor } });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.json())).toContain(JSON.stringify(await expected("digits")));
  });
});

test("the endpoint's OpenAPI document tells the columns, and its example works as it stands", async () => {
  const document = z
    .looseObject({
      openapi: z.literal("3.1.0"),
      paths: z.looseObject({
        "/invocations": z.looseObject({
          post: z.looseObject({
            requestBody: z.looseObject({
              content: z.object({
                "application/json": z.object({ schema: z.unknown(), example: z.unknown() }),
              }),
            }),
          }),
        }),
      }),
    })
    .parse(JSON.parse((await plane.call("/deployment/iris/openapi.json")).text));
  const { schema, example } = document.paths["/invocations"].post.requestBody.content["application/json"];
  for (const column of COLUMNS) expect(JSON.stringify(schema)).toContain(JSON.stringify(column));
  expect((await post("iris/invocations", example)).status).toBe(200);
});
