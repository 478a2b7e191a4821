/** A scoring body to try a version with: its own input example, else one made from its signature. */
import type { ModelVersionDetail, Signature, SignatureField } from "@slipway/contracts/api/model";
import { z } from "zod";

export type InputExample = NonNullable<ModelVersionDetail["inputExample"]>;

/** Bodies longer than this are cut to their first row. */
const LENGTH_MAX = 2_000;
/** A tensor with more numbers than this gets no made-up example. */
const TENSOR_SIZE_MAX = 20_000;
/** Types nested deeper than this are left out. */
const DEPTH_MAX = 20;

/** `saved_input_example_info` in MLmodel. */
export const exampleFactsSchema = z.looseObject({
  artifact_path: z.string().default("input_example.json"),
  serving_input_path: z.string().nullish(),
  type: z.string().default("dataframe"),
  pandas_orient: z.string().nullish(),
});
export type ExampleFacts = z.output<typeof exampleFactsSchema>;

/** Turns the content of `input_example.json` into a scoring body; null for a form that JSON scoring cannot carry. */
export function toScoringBody(facts: ExampleFacts, content: unknown): unknown {
  const { inputs, params } = separateParams(content);
  const extra = params === undefined ? {} : { params };
  switch (facts.type) {
    case "dataframe":
      if (facts.pandas_orient === "records" || Array.isArray(inputs)) {
        return { dataframe_records: inputs, ...extra };
      }
      return { dataframe_split: inputs, ...extra };
    case "ndarray":
    case "json_object":
      return { inputs, ...extra };
    default:
      return null;
  }
}

const withParamsSchema = z.strictObject({
  inputs: z.unknown(),
  params: z.record(z.string(), z.unknown()).optional(),
});

function separateParams(content: unknown): { inputs: unknown; params?: Record<string, unknown> | undefined } {
  const parsed = withParamsSchema.safeParse(content);
  return parsed.success ? parsed.data : { inputs: content };
}

/** Cuts a long scoring body to its first row; short ones stay as they are. */
export function shortened(body: unknown): unknown {
  if (JSON.stringify(body).length <= LENGTH_MAX) return body;
  const record = z.record(z.string(), z.unknown()).safeParse(body);
  if (!record.success) return body;
  return Object.fromEntries(Object.entries(record.data).map(([key, value]) => [key, firstRow(key, value)]));
}

function firstRow(key: string, value: unknown): unknown {
  switch (key) {
    case "dataframe_split": {
      const split = z.looseObject({ data: z.array(z.unknown()), index: z.array(z.unknown()).optional() });
      const parsed = split.safeParse(value);
      if (!parsed.success) return value;
      const { index, data, ...rest } = parsed.data;
      return { ...rest, ...(index && { index: index.slice(0, 1) }), data: data.slice(0, 1) };
    }
    case "dataframe_records":
      return Array.isArray(value) ? value.slice(0, 1) : value;
    case "instances":
    case "inputs":
      return firstOfEach(value);
    default:
      return value;
  }
}

/** Of a list its first element; of named lists of one length the first element of each. */
function firstOfEach(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1);
  const named = z.record(z.string(), z.array(z.unknown())).safeParse(value);
  if (!named.success) return value;
  const lengths = new Set(Object.values(named.data).map((list) => list.length));
  if (lengths.size !== 1) return value;
  return Object.fromEntries(Object.entries(named.data).map(([name, list]) => [name, list.slice(0, 1)]));
}

/** Makes a scoring body of typed example values; null when the signature allows none. */
export function exampleFromSignature(signature: Signature): InputExample | null {
  const { inputs } = signature;
  if (inputs.length === 0) return null;
  const body = inputs.every((field) => field.tensor !== null) ? tensorBody(inputs) : columnBody(inputs);
  return body === null ? null : { from: "signature", body };
}

function columnBody(inputs: SignatureField[]): unknown {
  const data = [inputs.map((field) => exampleOfType(parseType(field.type)))];
  if (inputs.every((field) => field.name === null)) return { dataframe_split: { data } };
  return { dataframe_split: { columns: inputs.map((field, at) => field.name ?? String(at)), data } };
}

function tensorBody(inputs: SignatureField[]): unknown {
  const sizes = inputs.map(({ tensor }) =>
    (tensor?.shape ?? []).reduce((size, n) => size * Math.max(n, 1), 1),
  );
  if (Math.max(...sizes) > TENSOR_SIZE_MAX) return null;
  const arrays = inputs.map(
    ({ name, tensor }) =>
      [name, filled(tensor?.shape ?? [], exampleOfDtype(tensor?.dtype ?? "float64"))] as const,
  );
  const [only] = arrays;
  if (arrays.length === 1 && only !== undefined && only[0] === null) return { inputs: only[1] };
  return { inputs: Object.fromEntries(arrays.map(([name, array], at) => [name ?? String(at), array])) };
}

function filled(shape: number[], value: unknown): unknown {
  const [first, ...rest] = shape;
  if (first === undefined) return value;
  return Array.from({ length: Math.max(first, 1) }, () => filled(rest, value));
}

function exampleOfDtype(dtype: string): unknown {
  if (/^(?:str|object|<?U|S)/.test(dtype)) return "text";
  if (/^bool/.test(dtype)) return false;
  return /int/.test(dtype) ? 0 : 0.5;
}

const nestedSchema = z.looseObject({
  type: z.string(),
  items: z.unknown().optional(),
  values: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

function parseType(type: string): unknown {
  if (!type.startsWith("{")) return { type };
  return JSON.parse(type);
}

function exampleOfType(type: unknown, depth = 0): unknown {
  const parsed = nestedSchema.safeParse(type);
  if (!parsed.success || depth > DEPTH_MAX) return null;
  const { items, values, properties } = parsed.data;
  switch (parsed.data.type) {
    case "boolean":
      return true;
    case "integer":
    case "long":
      return 1;
    case "float":
    case "double":
      return 0.5;
    case "string":
      return "text";
    case "binary":
      return "dGV4dA==";
    case "datetime":
      return "2026-01-01T00:00:00";
    case "array":
      return [exampleOfType(items, depth + 1)];
    case "map":
      return { key: exampleOfType(values, depth + 1) };
    case "object":
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, property]) => [
          name,
          exampleOfType(property, depth + 1),
        ]),
      );
    default:
      return null;
  }
}
