/** Where a version's model folder lies, in the terms of the routes that can list it. */
import { type ArtifactEntry, joined, proxiedPathOf, runOf } from "./artifact-routes.ts";
import { loggedModelIdOf } from "./facts.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";

/** Lists a folder inside of a version's model folder. */
export type ListFolder = (path: string) => Promise<ArtifactEntry[]>;

/** The ways to list a version's folder, the cheapest first; none where no listing of MLflow reaches it. */
export async function* listingsOf(reads: MlflowReads, version: MlflowVersion): AsyncGenerator<ListFolder> {
  const routes = reads.artifacts;
  const stored = await routes.downloadUri(version.name, version.version);
  const proxied = proxiedPathOf(stored);
  if (proxied !== null) yield (path) => routes.listProxied(joined(proxied, path));

  const modelId = loggedModelIdOf(version);
  const modelUri = modelId === null ? "" : ((await reads.loggedModel(modelId))?.info.artifact_uri ?? "");
  const inModel = inside(modelUri, /^models:/.test(stored) ? modelUri : stored);
  if (modelId !== null && inModel !== null)
    yield (path) => routes.listLoggedModel(modelId, joined(inModel, path));

  const named = runOf(stored);
  if (named !== null) {
    yield (path) => routes.listRun(named.id, joined(named.path, path));
    return;
  }
  const run = version.run_id === "" ? null : await reads.run(version.run_id);
  const inRun = inside(run?.info.artifact_uri ?? "", stored);
  if (inRun !== null) yield (path) => routes.listRun(version.run_id, joined(inRun, path));
}

/** The path of a URI below another; null when it is not there. */
function inside(root: string, uri: string): string | null {
  const folder = root.replace(/\/+$/, "");
  const whole = uri.replace(/\/+$/, "");
  if (folder === "" || !(whole === folder || whole.startsWith(`${folder}/`))) return null;
  return whole.slice(folder.length + 1);
}
