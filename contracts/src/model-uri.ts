/**
 * Model URIs, as MLflow writes them: `models:/<name>/<version>`, `models:/<name>@<alias>`, `models:/<name>/latest`,
 * `models:/<name>/<stage>`, `models:/<id of a logged model>` and `runs:/<run id>/<path>`.
 */
import { AppError } from "./errors.ts";

/** The stages that MLflow gave versions before there were aliases. */
export const STAGES = ["Production", "Staging", "Archived", "None"] as const;

/** What a model URI points at. All but a version are looked up, and mean the version that is found now. */
export type ModelReference =
  | { name: string; version: string }
  | { name: string; alias: string }
  /** The newest version of a stage, or of all. */
  | { name: string; stage: (typeof STAGES)[number] | "latest" }
  | { loggedModelId: string }
  | { runId: string; path: string };

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
  if (/^runs:/.test(trimmed)) return parseRunUri(trimmed);
  const rest = /^models:\/(?!\/)(.+)$/s.exec(trimmed)?.[1];
  if (rest === undefined) {
    throw invalid(trimmed, "it does not start with 'models:/'");
  }
  const [, folder, word] = /^(.+)\/([^/]+)$/s.exec(rest) ?? [];
  if (folder && word) {
    if (/^\d+$/.test(word)) return { name: folder, version: String(BigInt(word)) };
    const stage = [...STAGES, "latest" as const].find((known) => known.toLowerCase() === word.toLowerCase());
    if (stage !== undefined) return { name: folder, stage };
  }
  const alias = /^(.+)@([\w.-]+)$/s.exec(rest);
  if (alias?.[1] && alias[2]) return { name: alias[1], alias: alias[2] };
  if (/^m-[\w-]+$/.test(rest)) return { loggedModelId: rest };
  throw invalid(trimmed, "it names neither a version number nor an alias");
}

/** What people call a reference: the model, and which of its versions. */
export function describeReference(reference: ModelReference): { name: string; label: string } {
  if ("version" in reference) return { name: reference.name, label: `version ${reference.version}` };
  if ("alias" in reference) return { name: reference.name, label: `@${reference.alias}` };
  if ("stage" in reference) return { name: reference.name, label: reference.stage };
  if ("loggedModelId" in reference) return { name: reference.loggedModelId, label: "logged model" };
  return { name: reference.path.split("/").at(-1) ?? reference.path, label: `of run ${reference.runId}` };
}

function parseRunUri(uri: string): ModelReference {
  const [, runId, path] = /^runs:\/([A-Za-z0-9][\w-]*)\/(.*[^/])\/*$/s.exec(uri) ?? [];
  if (runId && path) return { runId, path };
  throw invalid(uri, "a run's model is written runs:/<run id>/<path>");
}

function invalid(uri: string, why: string): AppError {
  return invalidModelUri(
    `'${uri}' is not a model URI: ${why}. Write models:/<name>/<version> or models:/<name>@<alias>.`,
    why,
  );
}

/** The refusal of a model URI; `why` is told at its field. */
export function invalidModelUri(message: string, why: string): AppError {
  return new AppError("invalid_model_uri", message, {
    details: { errors: [{ field: "modelUri", message: why }] },
  });
}
