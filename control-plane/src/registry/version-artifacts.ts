/** The files of a version, folder by folder, through MLflow and whatever store it has. Nothing of them is kept. */
import type { Artifact, ArtifactList } from "@slipway/contracts/api/artifact";
import { AppError } from "@slipway/contracts/errors";
import { listingsOf } from "./artifact-places.ts";
import {
  type ArtifactEntry,
  isMissingRoute,
  isServerError,
  joined,
  readVersionFile,
} from "./artifact-routes.ts";
import type { RegistryBinding } from "./binding.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { OpenFile } from "./mlflow-client.ts";
import type { MlflowReads } from "./mlflow-reads.ts";

/** What MLflow writes into a model folder; these are looked for where a folder cannot be listed. */
const WELL_KNOWN = [
  "MLmodel",
  "conda.yaml",
  "python_env.yaml",
  "requirements.txt",
  "input_example.json",
  "serving_input_example.json",
];

/** Names a file or folder of a version; the empty path is the model folder itself. */
export interface ArtifactPath {
  name: string;
  version: string;
  path: string;
}

/** A folder's files, folders first; `unlisted` says why they are only those that MLflow always writes. */
export interface ArtifactFolder {
  items: Artifact[];
  unlisted: ArtifactList["unlisted"];
}

export interface Artifacts {
  /** @throws AppError `model_not_found`, `model_version_not_found`, `not_found` for a folder that is not there. */
  list(binding: RegistryBinding, at: ArtifactPath): Promise<ArtifactFolder>;
  /**
   * Opens a file; who gets it reads it to its end or destroys it.
   * @throws AppError as `list` does, `invalid_request` for a folder.
   */
  open(binding: RegistryBinding, at: ArtifactPath): Promise<OpenFile>;
}

/** @throws of `list` and `open`, also AppError `mlflow_unreachable`, where MLflow does not answer or cannot read its store. */
export function createArtifacts(readsOf: (binding: RegistryBinding) => MlflowReads): Artifacts {
  return {
    async list(binding, { name, version: number, path }) {
      const reads = readsOf(binding);
      const version = await reads.version(name, number);
      const listed = await listFolder(reads, version, path);
      if (!("entries" in listed)) {
        return { items: path === "" ? await wellKnownFiles(reads, version) : [], unlisted: listed };
      }
      if (listed.entries.length === 0 && path !== "") throw noSuch("folder", { name, version: number, path });
      return { items: sorted(listed.entries.map((entry) => toArtifact(path, entry))), unlisted: null };
    },
    async open(binding, at) {
      const reads = readsOf(binding);
      const version = await reads.version(at.name, at.version);
      await requireFile(reads, version, at);
      return await readVersionFile(reads.artifacts, at, (client, path, query) => client.open(path, query));
    },
  };
}

type Unlisted = NonNullable<ArtifactList["unlisted"]>;

/** Tries one listing after the other; what makes MLflow unusable is thrown. */
async function listFolder(
  reads: MlflowReads,
  version: MlflowVersion,
  path: string,
): Promise<{ entries: ArtifactEntry[] } | Unlisted> {
  let failed: AppError | null = null;
  for await (const list of listingsOf(reads, version)) {
    try {
      return { entries: await list(path) };
    } catch (error) {
      const known = AppError.from(error);
      const another = isMissingRoute(known) || isServerError(known) || known.code === "not_found";
      if (!another) throw error;
      failed ??= known;
    }
  }
  return failed === null ? outside(version) : refused(failed);
}

function outside({ source }: MlflowVersion): Unlisted {
  return {
    reason: "outside_mlflow",
    detail: `MLflow lists only the folders of runs, of logged models and of its own artifact proxy. This version was registered straight from ${source}, which is none of these, so its files are not known: those that MLflow always writes are looked for one by one. To see all, register it from the run or the logged model that it comes from, or open the store itself.`,
  };
}

function refused(error: AppError): Unlisted {
  return {
    reason: "store_failed",
    detail: `MLflow could not list the folder. ${error.message} It reads the artifact store with credentials of its own, not with those of this group: look there whether it can.`,
  };
}

/** Files whose folder cannot be listed are found by reading them. */
async function wellKnownFiles(reads: MlflowReads, { name, version }: MlflowVersion): Promise<Artifact[]> {
  const found = await Promise.all(
    WELL_KNOWN.map(async (path): Promise<Artifact[]> => {
      try {
        // Whether it is there is all that is asked for.
        await reads.versionFile({ name, version, path, bytesMax: 0 });
        return [{ path, isFolder: false, sizeBytes: null }];
      } catch (error) {
        if (AppError.from(error).code === "not_found" || isServerError(error) || isMissingRoute(error))
          return [];
        throw error;
      }
    }),
  );
  return sorted(found.flat());
}

/** MLflow says differently, by version and store, that a file is missing or is a folder: its folder's list says it. */
async function requireFile(reads: MlflowReads, version: MlflowVersion, at: ArtifactPath): Promise<void> {
  const cut = at.path.lastIndexOf("/");
  const listed = await listFolder(reads, version, cut < 0 ? "" : at.path.slice(0, cut));
  if (!("entries" in listed)) return;
  const entry = listed.entries.find(({ name }) => name === at.path.slice(cut + 1));
  if (entry === undefined) throw noSuch("file", at);
  if (!entry.isFolder) return;
  const message = `'${at.path}' is a folder. List it, or name a file in it.`;
  throw new AppError("invalid_request", message, { details: { errors: [{ field: "path", message }] } });
}

function noSuch(what: "file" | "folder", { name, version, path }: ArtifactPath): AppError {
  const message = `Version ${version} of '${name}' has no ${what} '${path}'. List the folder above to see what there is.`;
  return new AppError("not_found", message, { details: { errors: [{ field: "path", message }] } });
}

function toArtifact(folder: string, { name, isFolder, sizeBytes }: ArtifactEntry): Artifact {
  return { path: joined(folder, name), isFolder, sizeBytes };
}

function sorted(items: Artifact[]): Artifact[] {
  const collator = new Intl.Collator("en", { numeric: true });
  return items.toSorted(
    (a, b) => Number(b.isFolder) - Number(a.isFolder) || collator.compare(a.path, b.path),
  );
}
