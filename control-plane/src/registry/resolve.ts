/** What a model URI means now: one exact registered version. */
import { createHash } from "node:crypto";
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import type { BatchingTag } from "@slipway/contracts/api/serving";
import { AppError } from "@slipway/contracts/errors";
import { formatModelUri, invalidModelUri, type ModelReference } from "@slipway/contracts/model-uri";
import { batchingTagOf } from "#domain/batching.ts";
import { loggedModelIdOf } from "./facts.ts";
import type { InputExample } from "./input-example.ts";
import type { MlflowModel, MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import type { VersionFiles } from "./version-files.ts";
import { requireReady } from "./version-views.ts";

export interface VersionIdentity {
  name: string;
  version: string;
  /** Changes when this number becomes another version (deleted and registered again). */
  fingerprint: string;
}

/** A model reference pinned to the exact version that it means now. */
export interface ResolvedVersion extends VersionIdentity {
  signature: ModelVersionDetail["signature"];
  inputExample: InputExample | null;
  batchingTag: BatchingTag | null;
}

interface Named {
  name: string;
  version: string;
}

/** Pins a reference. @throws AppError `model_not_found`, `model_version_not_found`, `invalid_model_uri`, `conflict`. */
export async function resolve(
  { reads, files }: { reads: MlflowReads; files: VersionFiles },
  reference: ModelReference,
): Promise<ResolvedVersion> {
  const version = await find(reads, reference);
  requireReady(version);
  const { signature, inputExample } = await files.contents(version);
  const { name, version: number } = version;
  return {
    name,
    version: number,
    fingerprint: fingerprintOf(version),
    signature,
    inputExample,
    batchingTag: batchingTagOf(version.tags),
  };
}

/** What each alias of a model means. @throws AppError `model_not_found`. */
export async function readAliases(reads: MlflowReads, name: string): Promise<Map<string, string>> {
  const { aliases } = await reads.registeredModel(name);
  return new Map(aliases.map(({ alias, version }) => [alias, version]));
}

/** Which version a number is. @throws AppError `model_not_found`, `model_version_not_found`. */
export async function identify(reads: MlflowReads, name: string, number: string): Promise<VersionIdentity> {
  const { version } = await findVersion(reads, name, number);
  return { name: version.name, version: version.version, fingerprint: fingerprintOf(version) };
}

/** Reads a version together with its model. @throws AppError `model_not_found`, `model_version_not_found`. */
export async function findVersion(
  reads: MlflowReads,
  name: string,
  number: string,
): Promise<{ model: MlflowModel; version: MlflowVersion }> {
  const [model, version] = await Promise.allSettled([
    reads.registeredModel(name),
    reads.version(name, number),
  ]);
  // An unknown model says more than an unknown version of it.
  if (model.status === "rejected") throw model.reason;
  if (version.status === "rejected") throw version.reason;
  return { model: model.value, version: version.value };
}

async function find(reads: MlflowReads, reference: ModelReference): Promise<MlflowVersion> {
  try {
    const { name, version } = await lookUp(reads, reference);
    return (await findVersion(reads, name, version)).version;
  } catch (error) {
    // MLflow takes names as they are written; people copy them from addresses, where they are encoded.
    const name = "name" in reference ? decoded(reference.name) : null;
    const unknown = error instanceof AppError && error.code === "model_not_found";
    if (!unknown || name === null) throw error;
    return await find(reads, { ...reference, name }).catch(() => Promise.reject(error));
  }
}

async function lookUp(reads: MlflowReads, reference: ModelReference): Promise<Named> {
  if ("loggedModelId" in reference) return ofLoggedModel(reads, reference.loggedModelId);
  if ("runId" in reference) return ofRun(reads, reference);
  if ("version" in reference) return reference;
  const model = await reads.registeredModel(reference.name);
  const version = "alias" in reference ? aliased(model, reference) : newest(model, reference);
  return { name: reference.name, version };
}

function aliased({ name, aliases }: MlflowModel, wanted: { alias: string }): string {
  const found = aliases.find(({ alias }) => alias === wanted.alias);
  if (found !== undefined) return found.version;
  const known = aliases.map(({ alias }) => `@${alias}`).join(", ");
  throw new AppError(
    "model_version_not_found",
    `Registered model '${name}' has no alias '${wanted.alias}'. ${known === "" ? "It has no aliases: write a version number instead." : `It has ${known}.`}`,
  );
}

/** As MLflow's clients understand it: the highest number, of a stage or of all. */
function newest({ name, latest_versions }: MlflowModel, { stage }: { stage: string }): string {
  const numbers = latest_versions
    .filter(({ current_stage }) => stage === "latest" || current_stage === stage)
    .map(({ version }) => Number(version));
  if (numbers.length > 0) return String(Math.max(...numbers));
  throw new AppError(
    "model_version_not_found",
    `Registered model '${name}' has no version${stage === "latest" ? "" : ` in the stage ${stage}`}. Register one, or write a version number or an alias.`,
  );
}

async function ofLoggedModel(reads: MlflowReads, id: string): Promise<Named> {
  const bySource = await reads.versionsOfSource(`models:/${id}`);
  if (bySource.length > 0) return theOne(bySource, `models:/${id}`);
  const logged = await reads.loggedModel(id);
  if (logged === null) throw notRegistered(`There is no logged model '${id}' in this MLflow.`);
  const run = logged.info.source_run_id;
  const ofSameRun = run ? await reads.versionsOfRun(run) : [];
  return theOne(
    ofSameRun.filter((version) => loggedModelIdOf(version) === id),
    `models:/${id}`,
  );
}

async function ofRun(reads: MlflowReads, { runId, path }: { runId: string; path: string }): Promise<Named> {
  const uri = `runs:/${runId}/${path}`;
  const run = await reads.run(runId);
  if (run === null) throw notRegistered(`There is no run '${runId}' in this MLflow.`);
  const byPath = (await reads.versionsOfRun(runId)).filter(
    ({ source }) => source === uri || source.endsWith(`/${runId}/artifacts/${path}`),
  );
  const logged = await Promise.all(
    run.outputs.model_outputs.map(({ model_id }) => reads.loggedModel(model_id)),
  );
  const sources = logged.flatMap((model) =>
    model?.info.name === path ? `models:/${model.info.model_id}` : [],
  );
  const byModel = await Promise.all(sources.map(reads.versionsOfSource));
  return theOne([...byPath, ...byModel.flat()], uri);
}

/** The newest of the versions that a source was registered as. */
function theOne(versions: MlflowVersion[], uri: string): Named {
  const [first, ...others] = versions.toSorted((a, b) => Number(b.version) - Number(a.version));
  if (first === undefined) throw notRegistered(`'${uri}' is not registered as a version of any model.`);
  const foreign = others.find(({ name }) => name !== first.name);
  if (foreign === undefined) return { name: first.name, version: first.version };
  const choices = `${formatModelUri(first.name, first.version)} or ${formatModelUri(foreign.name, foreign.version)}`;
  throw invalidModelUri(
    `'${uri}' is registered under several names. Write which one is meant, ${choices}.`,
    `it is registered under several names: write ${choices}`,
  );
}

function notRegistered(what: string): AppError {
  return new AppError(
    "model_version_not_found",
    `${what} Only registered versions can be deployed: register it in MLflow, then write models:/<name>/<version>.`,
  );
}

function decoded(name: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(name)) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null; // a percent sign that encodes nothing
  }
}

/** Another one for another version of the same number. */
export function fingerprintOf({ name, version, creation_timestamp, source, run_id }: MlflowVersion): string {
  const content = JSON.stringify([name, version, creation_timestamp, source, run_id]);
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}
