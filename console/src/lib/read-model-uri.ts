/** A model URI as a form reads it. */
import { AppError } from "@slipway/contracts/errors";
import { formatModelUri, type ModelReference, parseModelUri } from "@slipway/contracts/model-uri";

/** Reads a model URI; says what is wrong with it where it is none. */
export function readModelUri(uri: string): { reference: ModelReference } | { problem: string } {
  if (uri.trim() === "") return { problem: "Give the URI of a model version." };
  try {
    return { reference: parseModelUri(uri) };
  } catch (thrown) {
    return { problem: AppError.from(thrown).message };
  }
}

/** The model and the alias of a URI that has one. */
export function aliasOf(uri: string): { name: string; alias: string } | null {
  const read = readModelUri(uri);
  return "reference" in read && "alias" in read.reference ? read.reference : null;
}

/** The URI of the version that a URI means, as far as it is known: `version` is what its alias means now. */
export function resolvedUri(uri: string, version: string | null): string {
  const read = readModelUri(uri);
  if ("problem" in read) return uri.trim();
  if ("version" in read.reference) return formatModelUri(read.reference.name, read.reference.version);
  return version === null
    ? `what @${read.reference.alias} of ${read.reference.name} means then`
    : formatModelUri(read.reference.name, version);
}
