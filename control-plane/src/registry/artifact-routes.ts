/**
 * MLflow's routes to files. There is one that reads a file of a version, whatever its store, but none that lists a version's
 * folder: only those of runs, of logged models and of what MLflow itself proxies can be listed.
 */
import { AppError } from "@slipway/contracts/errors";
import { artifactListAnswerSchema, downloadUriAnswerSchema } from "./mlflow-answers.ts";
import type { MlflowClient, Query } from "./mlflow-client.ts";

const API = "/api/2.0/mlflow";
const PROXY = "/api/2.0/mlflow-artifacts/artifacts";

/** How a file is taken from the route that leads to it. */
export type TakeFile<Result> = (client: MlflowClient, path: string, query: Query) => Promise<Result>;

/** A file or folder, named by its last part. */
export interface ArtifactEntry {
  name: string;
  isFolder: boolean;
  sizeBytes: number | null;
}

export type ArtifactRoutes = ReturnType<typeof createArtifactRoutes>;

/** Binds the routes to a client; those of MLflow's UI are also tried under the UI's own address, where a prefix hides them. */
export function createArtifactRoutes(client: MlflowClient, uiUri: string | null) {
  async function list(path: string, query: Query): Promise<ArtifactEntry[]> {
    const { files } = await client.get(artifactListAnswerSchema, path, query);
    return files.map(({ path: full, is_dir, file_size }) => ({
      name: full.replace(/\/+$/, "").split("/").at(-1) ?? full,
      isFolder: is_dir,
      sizeBytes: is_dir ? null : (file_size ?? null),
    }));
  }

  async function takeFromUi<Result>(path: string, query: Query, take: TakeFile<Result>): Promise<Result> {
    try {
      return await take(client, path, query);
    } catch (error) {
      const ui = uiUri === null ? null : client.under(uiUri);
      if (ui === null || !isMissingRoute(error)) throw error;
      return await take(ui, path, query);
    }
  }

  return {
    async downloadUri(name: string, version: string): Promise<string> {
      const path = `${API}/model-versions/get-download-uri`;
      return (await client.get(downloadUriAnswerSchema, path, { name, version })).artifact_uri;
    },
    listRun: (run: string, path: string) =>
      list(`${API}/artifacts/list`, { run_id: run, ...(path && { path }) }),
    listLoggedModel: (id: string, path: string) =>
      list(
        `${API}/logged-models/${encodeURIComponent(id)}/artifacts/directories`,
        path === "" ? {} : { artifact_directory_path: path },
      ),
    listProxied: (path: string) => list(PROXY, { path }),
    takeOfVersion: <Result>({ name, version, path }: FileOfVersion, take: TakeFile<Result>) =>
      takeFromUi("/model-versions/get-artifact", { name, version, path }, take),
    takeOfRun: <Result>(run: string, path: string, take: TakeFile<Result>) =>
      takeFromUi("/get-artifact", { run_id: run, path }, take),
    takeProxied: <Result>(path: string, take: TakeFile<Result>) => {
      const segments = path.split("/").filter((segment) => segment !== "");
      return take(client, `${PROXY}/${segments.map(encodeURIComponent).join("/")}`, {});
    },
  };
}

/** A file inside a version's model folder. */
export interface FileOfVersion {
  name: string;
  version: string;
  path: string;
}

/**
 * Takes a file of a version. MLflow's UI route knows every artifact store; where it is hidden, the artifact proxy of the API is
 * tried. That route fails for a version that was registered under `runs:/…` as it is: then the run's own is taken.
 * @throws AppError `not_found` when the version has no such file.
 */
export async function readVersionFile<Result>(
  routes: ArtifactRoutes,
  file: FileOfVersion,
  take: TakeFile<Result>,
): Promise<Result> {
  try {
    return await routes.takeOfVersion(file, take);
  } catch (error) {
    if (!isMissingRoute(error) && !isServerError(error)) throw error;
    const uri = await routes.downloadUri(file.name, file.version);
    const run = runOf(uri);
    if (run !== null) return await routes.takeOfRun(run.id, joined(run.path, file.path), take);
    const proxied = isMissingRoute(error) ? proxiedPathOf(uri) : null;
    if (proxied === null) throw error;
    return await routes.takeProxied(joined(proxied, file.path), take);
  }
}

/** The run and the path inside of it that `runs:/…` names; null for another URI. */
export function runOf(uri: string): { id: string; path: string } | null {
  const found = /^runs:\/+([^/]+)(?:\/(.*))?$/s.exec(uri);
  return found?.[1] === undefined ? null : { id: found[1], path: found[2] ?? "" };
}

/** The path below MLflow's artifact proxy that a URI names; null when what it names is not proxied. */
export function proxiedPathOf(uri: string): string | null {
  return (
    /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/s.exec(uri)?.[1] ??
    /^https?:\/\/[^?#]*?\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/s.exec(uri)?.[1] ??
    null
  );
}

/** Puts paths together; either may be empty. */
export function joined(folder: string, path: string): string {
  return [folder.replace(/\/+$/, ""), path].filter((part) => part !== "").join("/");
}

/** Whether MLflow, or what stands in front of it, does not have a route. */
export function isMissingRoute(error: unknown): boolean {
  return error instanceof AppError && error.details.cause === "not_mlflow";
}

/** Whether MLflow itself failed, as it does when it cannot read a store. */
export function isServerError(error: unknown): boolean {
  return error instanceof AppError && error.details.cause === "server_error";
}
