/** Model URIs of the registry, as MLflow writes them: `models:/<name>/<version>` and `models:/<name>@<alias>`. */
import { AppError } from "./errors.ts";

/** What a model URI points at: a version, or an alias that resolves to one. */
export type ModelReference = { name: string; version: string } | { name: string; alias: string };

/** Writes the URI of a version. Names are not percent-encoded: MLflow does not decode them. */
export function formatModelUri(name: string, version: string): string {
  return `models:/${name}/${version}`;
}

/**
 * Reads a model URI.
 * @throws AppError `invalid_model_uri` saying what is wrong with it.
 */
export function parseModelUri(uri: string): ModelReference {
  const trimmed = uri.trim();
  const rest = /^models:\/(?!\/)(.+)$/s.exec(trimmed)?.[1];
  if (rest === undefined) {
    throw invalid(trimmed, "it does not start with 'models:/'");
  }
  const version = /^(.+)\/(\d+)$/s.exec(rest);
  if (version?.[1] && version[2]) {
    return { name: version[1], version: String(BigInt(version[2])) };
  }
  const alias = /^(.+)@([\w.-]+)$/s.exec(rest);
  if (alias?.[1] && alias[2]) return { name: alias[1], alias: alias[2] };
  throw invalid(trimmed, "it names neither a version number nor an alias");
}

function invalid(uri: string, why: string): AppError {
  return new AppError(
    "invalid_model_uri",
    `'${uri}' is not a model URI: ${why}. Write models:/<name>/<version> or models:/<name>@<alias>.`,
    { details: { errors: [{ field: "modelUri", message: why }] } },
  );
}
