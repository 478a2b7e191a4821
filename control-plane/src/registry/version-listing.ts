/** All files of a version as MLflow lists them, whatever its store. */
import { AppError } from "@slipway/contracts/errors";
import type { ListedFile, VersionFacts } from "#domain/version-facts.ts";
import { type ListFolder, listingsOf } from "./artifact-places.ts";
import { type ArtifactEntry, joined } from "./artifact-routes.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";

const FOLDERS_MAX = 40;
const FILES_MAX = 2_000;

/**
 * All files of a version, up to a bound; null where MLflow does not list that store.
 * @throws AppError `mlflow_unreachable`.
 */
export async function listVersionFiles(
  reads: MlflowReads,
  version: MlflowVersion,
  signal: AbortSignal,
): Promise<VersionFacts["listing"]> {
  for await (const list of listingsOf(reads, version)) {
    const root = await list("").catch(unlisted);
    if (root !== null) return await walk(list, root, signal);
  }
  return null;
}

/** Folder by folder, the nearest first; `complete` is false when a bound or the time was reached. */
async function walk(
  list: ListFolder,
  root: readonly ArtifactEntry[],
  signal: AbortSignal,
): Promise<NonNullable<VersionFacts["listing"]>> {
  const files: ListedFile[] = [];
  const folders: string[] = [];
  function take(folder: string, entries: readonly ArtifactEntry[]): void {
    for (const { name, isFolder, sizeBytes } of entries) {
      const path = joined(folder, name);
      if (isFolder) folders.push(path);
      else files.push({ path, bytes: sizeBytes });
    }
  }
  take("", root);
  let looked = 0;
  for (; looked < folders.length; looked += 1) {
    const folder = folders[looked];
    if (folder === undefined || looked >= FOLDERS_MAX || files.length > FILES_MAX || signal.aborted) break;
    take(folder, await list(folder));
  }
  return {
    files: files.slice(0, FILES_MAX),
    complete: looked === folders.length && files.length <= FILES_MAX,
  };
}

/** MLflow answers otherwise, or not so for this store: the next way may do. */
function unlisted(error: unknown): null {
  if (error instanceof AppError && (error.code === "not_found" || error.code === "mlflow_unreachable"))
    return null;
  throw error;
}
