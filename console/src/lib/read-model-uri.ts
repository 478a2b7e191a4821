/** A model URI as a form reads it. */
import { AppError } from "@slipway/contracts/errors";
import {
  describeReference,
  formatModelUri,
  type ModelReference,
  parseModelUri,
} from "@slipway/contracts/model-uri";

/** Reads a model URI, and how it is called in short; says what is wrong with it where it is none. */
export function readModelUri(
  uri: string,
): { reference: ReturnType<typeof describeReference>; parsed: ModelReference } | { problem: string } {
  if (uri.trim() === "") return { problem: "Give the URI of a model version." };
  try {
    const parsed = parseModelUri(uri);
    return { reference: describeReference(parsed), parsed };
  } catch (thrown) {
    return { problem: AppError.from(thrown).message };
  }
}

/** The model and the alias of a URI that has one. */
export function aliasOf(uri: string): { name: string; alias: string } | null {
  const read = readModelUri(uri);
  return "parsed" in read && "alias" in read.parsed ? read.parsed : null;
}

/** The URI of the version that a URI means, as far as it is known: `version` is what its alias means now. */
export function resolvedUri(uri: string, version: string | null): string {
  const read = readModelUri(uri);
  if ("problem" in read) return uri.trim();
  const { parsed } = read;
  if ("version" in parsed) return formatModelUri(parsed.name, parsed.version);
  // Only an alias is looked up while one types; other spellings are resolved when they are deployed.
  if (!("alias" in parsed)) return uri.trim();
  return version === null
    ? `what @${parsed.alias} of ${parsed.name} means then`
    : formatModelUri(parsed.name, version);
}

/** The one version that a URI names by its number; null for any other URI. */
export function namedVersion(uri: string): { name: string; version: string } | null {
  const read = readModelUri(uri);
  if ("problem" in read || !("version" in read.parsed)) return null;
  return { name: read.parsed.name, version: read.parsed.version };
}
