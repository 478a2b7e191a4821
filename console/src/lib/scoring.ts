/** The playground's form: from a signature and an example to fields, and from what was typed to a scoring body. */
import type { Signature } from "@slipway/contracts/api/model";

const FIELDS_MAX = 60;

const KINDS: Record<string, FieldKind> = {
  boolean: "boolean",
  integer: "integer",
  long: "integer",
  float: "number",
  double: "number",
  string: "text",
  datetime: "text",
  binary: "text",
};

export type FieldKind = "boolean" | "integer" | "number" | "text" | "json";

/** One input of the form. */
export interface ScoringField {
  name: string;
  type: string;
  kind: FieldKind;
  required: boolean;
  /** What the input holds at first. */
  initial: string;
}

/** A form for one row, and its parameters. */
export interface ScoringForm {
  columns: ScoringField[];
  params: ScoringField[];
}

/** What was typed, by field name. */
export type ScoringValues = Record<string, string>;

/** Makes the form of a signature; null where only JSON will do (no signature, tensors, unnamed or too many columns). */
export function scoringForm(signature: Signature | null, exampleBody: unknown): ScoringForm | null {
  const inputs = signature?.inputs ?? [];
  if (signature === null || inputs.length === 0 || inputs.length > FIELDS_MAX) return null;
  const row = exampleRow(exampleBody);
  const columns: ScoringField[] = [];
  for (const { name, type, required, tensor } of inputs) {
    if (name === null || tensor !== null) return null;
    const kind = KINDS[type] ?? "json";
    columns.push({ name, type, kind, required, initial: asText(row[name], kind) });
  }
  const exampleParams =
    exampleBody !== null && typeof exampleBody === "object" && "params" in exampleBody
      ? exampleBody.params
      : {};
  const params = signature.params.map((param) => {
    const kind = KINDS[param.type] ?? "json";
    const value =
      isRecord(exampleParams) && param.name in exampleParams ? exampleParams[param.name] : param.default;
    return { name: param.name, type: param.type, kind, required: false, initial: asText(value, kind) };
  });
  return { columns, params };
}

/** What is wrong with a typed value; null when it is fine. */
export function checkField(field: ScoringField, text: string): string | null {
  if (text.trim() === "" && field.kind !== "text") return field.required ? "Give a value." : null;
  switch (field.kind) {
    case "integer":
      if (!/^\s*[+-]?\d+\s*$/.test(text)) return "Write a whole number.";
      return Number.isSafeInteger(Number(text)) ? null : "Too big to be sent exactly.";
    case "number":
      return Number.isFinite(Number(text)) ? null : "Write a number.";
    case "json":
      return isJson(text) ? null : "Write JSON.";
    case "boolean":
    case "text":
      return null;
  }
}

/** The scoring body of what was typed: one row, and the parameters that differ from their defaults. */
export function scoringBody(
  form: ScoringForm,
  columns: ScoringValues,
  params: ScoringValues,
): Record<string, unknown> {
  const sent = form.columns.filter((field) => field.required || (columns[field.name] ?? "") !== "");
  const body: Record<string, unknown> = {
    dataframe_split: {
      columns: sent.map((field) => field.name),
      data: [sent.map((field) => asValue(field, columns[field.name] ?? ""))],
    },
  };
  const changed = form.params.filter((field) => (params[field.name] ?? field.initial) !== field.initial);
  if (changed.length > 0) {
    body.params = Object.fromEntries(
      changed.map((field) => [field.name, asValue(field, params[field.name] ?? "")]),
    );
  }
  return body;
}

/** The first row of a scoring body, whichever of MLflow's forms it has. */
export function exampleRow(body: unknown): Record<string, unknown> {
  if (!isRecord(body)) return {};
  if (isRecord(body.dataframe_split)) {
    const { columns, data } = body.dataframe_split;
    const row: unknown = Array.isArray(data) ? data[0] : undefined;
    if (!Array.isArray(columns) || !Array.isArray(row)) return {};
    return Object.fromEntries(columns.map((column, index) => [String(column), row[index]]));
  }
  const rows = body.dataframe_records ?? body.instances ?? body.inputs;
  if (Array.isArray(rows)) return isRecord(rows[0]) ? rows[0] : {};
  if (!isRecord(rows)) return {};
  return Object.fromEntries(
    Object.entries(rows).map(([name, values]): [string, unknown] => [
      name,
      Array.isArray(values) ? values[0] : values,
    ]),
  );
}

function asText(value: unknown, kind: FieldKind): string {
  if (value === undefined || value === null) return kind === "boolean" ? "false" : "";
  if (kind === "json") return JSON.stringify(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function asValue(field: ScoringField, text: string): unknown {
  if (field.kind === "text") return text;
  if (text.trim() === "") return null;
  if (field.kind === "boolean") return text === "true";
  if (field.kind === "json") return JSON.parse(text);
  return Number(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
