/** What is wrong with the form of a spec, and where it is shown. */
import { deploymentVariableNameSchema, metadataSchema, specFields } from "@slipway/contracts/api/spec";
import { type FieldErrors, issuesOf, prefixed } from "./field-errors.ts";
import { readModelUri } from "./read-model-uri.ts";
import { servingErrors } from "./serving-form.ts";
import type { MetadataRow, SpecForm } from "./spec-form.ts";
import { numberOf, strategyErrors } from "./strategy-form.ts";
import type { VariableRow } from "./variable-rows.ts";

/** The folded parts of the form. */
export const SECTIONS = ["serving", "resources", "variables", "metadata", "strategy", "description"] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What is wrong, by the API's names of the fields; rows of metadata by their number. */
export function specErrors(form: SpecForm): FieldErrors {
  const read = readModelUri(form.modelUri);
  const errors: FieldErrors = "problem" in read ? { modelUri: read.problem } : {};
  Object.assign(
    errors,
    servingErrors(form),
    prefixed("warmSeconds", issuesOf(specFields.warmSeconds, numberOf(form.warmSeconds))),
    prefixed("variables", variableErrors(form.variables)),
    prefixed("metadata", metadataErrors(form.metadata)),
    prefixed("strategy", strategyErrors(form.strategy)),
    prefixed("description", issuesOf(specFields.description, form.description)),
  );
  return errors;
}

/**
 * What is shown beside the fields: what is missing only when somebody has tried to deploy, and what the API has said.
 * The API names an entry of the metadata by its key, the form by its row.
 */
export function shownErrors(
  form: SpecForm,
  { tried, told }: { tried: boolean; told: FieldErrors },
): FieldErrors {
  const empty = tried ? new Set<string>() : emptyFields(form);
  const own = Object.entries(specErrors(form)).filter(([field]) => !empty.has(field));
  const theirs = Object.entries(told).map(([field, message]) => {
    const row = form.metadata.findIndex(({ name }) => field === `metadata.${name.trim()}`);
    return [row === -1 ? field : `metadata.${row}`, message];
  });
  return Object.fromEntries([...theirs, ...own]);
}

function emptyFields(form: SpecForm): Set<string> {
  const values: [field: string, value: string][] = [
    ["modelUri", form.modelUri],
    ...form.variables.flatMap((row, index): [string, string][] => [
      [`variables.${index}.name`, row.name],
      [`variables.${index}.value`, row.value],
    ]),
    ...form.metadata.map((row, index): [string, string] => [`metadata.${index}`, row.name]),
  ];
  return new Set(values.filter(([, value]) => value.trim() === "").map(([field]) => field));
}

/** The folded part in which a field stands; null for what is always seen. */
export function sectionOf(field: string): SectionName | null {
  const [first] = field.split(".");
  switch (first) {
    case "minReplicas":
    case "maxReplicas":
    case "idleSeconds":
    case "warmWindows":
    case "batching":
    case "concurrencyMax":
    case "idempotent":
      return "serving";
    case "instanceType":
      return "resources";
    case "warmSeconds":
    case "strategy":
      return "strategy";
    case "variables":
    case "metadata":
    case "description":
      return first;
    default:
      return null;
  }
}

function variableErrors(rows: VariableRow[]): FieldErrors {
  const errors: FieldErrors = {};
  rows.forEach((row, index) => {
    const name = row.name.trim();
    const { "": wrong } = issuesOf(deploymentVariableNameSchema, name);
    const twice = rows.findIndex((other) => other.name.trim() === name) !== index;
    if (name === "") errors[`${index}.name`] = "Give the variable a name.";
    else if (wrong !== undefined) errors[`${index}.name`] = wrong;
    else if (twice) errors[`${index}.name`] = `'${name}' is set twice.`;
    if (row.secret && !row.stored && row.value === "") errors[`${index}.value`] = "Give the secret a value.";
    if (row.value.length > 65_536) errors[`${index}.value`] = "Use at most 65536 characters.";
  });
  return errors;
}

function metadataErrors(rows: MetadataRow[]): FieldErrors {
  const errors: FieldErrors = {};
  rows.forEach((row, index) => {
    const name = row.name.trim();
    const wrong = Object.values(issuesOf(metadataSchema, { [name]: row.value }))[0];
    const twice = rows.findIndex((other) => other.name.trim() === name) !== index;
    if (name === "") errors[index] = "Give the entry a key.";
    else if (wrong !== undefined) errors[index] = wrong;
    else if (twice) errors[index] = `'${name}' stands here twice.`;
  });
  return errors;
}
