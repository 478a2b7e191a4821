import { parseMlflowJson } from "@slipway/contracts/mlflow-json";
import { parseSignature, rawSignatureSchema } from "@slipway/contracts/mlflow-signature";
import { expect, test } from "vitest";
import { exampleFactsSchema, exampleFromSignature, shortened, toScoringBody } from "./input-example.ts";
import { toMetricValue } from "./metric-value.ts";

function signatureOf(inputs: object[]) {
  return parseSignature(rawSignatureSchema.parse({ inputs: JSON.stringify(inputs), outputs: null }));
}

test("input examples of older clients become scoring bodies", () => {
  const facts = (changes: object) => exampleFactsSchema.parse(changes);
  const split = { columns: ["a"], data: [[1]] };
  expect(toScoringBody(facts({ type: "dataframe", pandas_orient: "split" }), split)).toEqual({
    dataframe_split: split,
  });
  expect(toScoringBody(facts({ type: "ndarray" }), { inputs: [[1, 2]] })).toEqual({ inputs: [[1, 2]] });
  expect(toScoringBody(facts({ type: "json_object" }), { inputs: "hi", params: { t: 1 } })).toEqual({
    inputs: "hi",
    params: { t: 1 },
  });
  expect(toScoringBody(facts({ type: "sparse_matrix_csc" }), {})).toBeNull();
});

test("long examples are cut to their first row and short ones stay", () => {
  const rows = Array.from({ length: 2000 }, (_, at) => [at]);
  expect(shortened({ dataframe_split: { columns: ["a"], index: [7, 8], data: rows } })).toEqual({
    dataframe_split: { columns: ["a"], index: [7], data: [[0]] },
  });
  expect(shortened({ inputs: { a: rows, b: rows }, params: { t: 1 } })).toEqual({
    inputs: { a: [[0]], b: [[0]] },
    params: { t: 1 },
  });
  expect(shortened({ instances: [1, 2, 3] })).toEqual({ instances: [1, 2, 3] });
});

test("a signature of columns makes one row of typed values", () => {
  const signature = signatureOf([
    { type: "double", name: "width" },
    { type: "long", name: "count" },
    { type: "string", name: "kind", required: false },
    { type: "array", items: { type: "string" }, name: "words" },
    { type: "object", properties: { on: { type: "boolean" } }, name: "flags" },
  ]);
  expect(signature.inputs[3]?.type).toBe('{"type":"array","items":{"type":"string"}}');
  expect(exampleFromSignature(signature)).toEqual({
    from: "signature",
    body: {
      dataframe_split: {
        columns: ["width", "count", "kind", "words", "flags"],
        data: [[0.5, 1, "text", ["text"], { on: true }]],
      },
    },
  });
});

test("tensors make arrays of their shape, several of them by name", () => {
  const tensor = (shape: number[], dtype = "float32") => ({
    type: "tensor",
    "tensor-spec": { dtype, shape },
  });
  expect(exampleFromSignature(signatureOf([tensor([-1, 2])]))?.body).toEqual({ inputs: [[0.5, 0.5]] });
  const named = signatureOf([
    { ...tensor([-1]), name: "a" },
    { ...tensor([-1], "int64"), name: "b" },
  ]);
  expect(exampleFromSignature(named)?.body).toEqual({ inputs: { a: [0.5], b: [0] } });
  expect(exampleFromSignature(signatureOf([tensor([-1, 1000, 1000])]))).toBeNull();
  expect(exampleFromSignature(signatureOf([]))).toBeNull();
});

test("JSON with Python's bare NaN and infinities is read, texts that look like them stay", () => {
  expect(parseMlflowJson('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \\" Infinity"}')).toEqual({
    a: "NaN",
    b: ["-Infinity", "Infinity"],
    c: 'NaN " Infinity',
  });
  expect(() => parseMlflowJson("<html>")).toThrow(SyntaxError);
});

test("metrics keep NaN and infinities, also as MLflow's SQL store rounds them", () => {
  expect([1, "NaN", "Infinity", "-inf", Number.MAX_VALUE, -Number.MAX_VALUE].map(toMetricValue)).toEqual([
    1,
    "NaN",
    "Infinity",
    "-Infinity",
    "Infinity",
    "-Infinity",
  ]);
});
