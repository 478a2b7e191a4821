/** Reads what a version's files say before it is deployed, as `worker/fetch_model.py` reads it when it is. */
import { AppError } from "@slipway/contracts/errors";
import { rawSignatureSchema } from "@slipway/contracts/mlflow-signature";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import type { MlmodelFacts, Reading, VersionFacts } from "#domain/version-facts.ts";
import { exampleFactsSchema } from "./input-example.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import { mlflowUnreachable } from "./mlflow-errors.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import { MODEL_FILE_BYTES_MAX, notWhatMlflowWrites, parseMlmodel, pythonOfEnv } from "./model-files.ts";
import { findVersion, fingerprintOf } from "./resolve.ts";
import { listVersionFiles } from "./version-listing.ts";

const condaSchema = z.object({ dependencies: z.array(z.unknown()).default([]) });
const pipSchema = z.object({ pip: z.array(z.string()) });

/**
 * Everything, as far as MLflow answers within `budgetMs`.
 * @throws AppError `model_not_found`, `model_version_not_found`, `mlflow_unreachable`.
 */
export async function readVersionFacts(
  reads: MlflowReads,
  wanted: { name: string; version: string },
  budgetMs: number,
): Promise<VersionFacts> {
  const signal = AbortSignal.timeout(budgetMs);
  const late = () =>
    mlflowUnreachable(
      reads.client.trackingUri,
      "timed_out",
      `MLflow did not answer within ${budgetMs / 1000} s. Check again; if it stays, see that MLflow is not overloaded.`,
    );
  const { version } = await inTime(findVersion(reads, wanted.name, wanted.version), signal, late);
  const read = fileReader(reads, version, { signal, late });
  const [mlmodel, ownRequirements, pythonEnv, listing] = await Promise.all([
    read("MLmodel", mlmodelOf),
    read("requirements.txt", (text) => text),
    read("python_env.yaml", pythonOfEnv),
    inTime(listVersionFiles(reads, version, signal), signal, late).catch(unknownIfUnreachable),
  ]);
  const statedPython = pythonEnv.state === "read" ? pythonEnv.content : null;
  const needsConda = ownRequirements.state === "missing" || statedPython === null;
  const conda = needsConda ? await read("conda.yaml", condaOf) : null;
  const ownText = ownRequirements.state === "read" ? ownRequirements.content : "";
  const constraints = /constraints\.txt/.test(ownText) ? await read("constraints.txt", (text) => text) : null;
  return {
    ...{ name: version.name, version: version.version, fingerprint: fingerprintOf(version) },
    ...{ status: version.status, statusMessage: version.status_message },
    ...{ mlmodel, listing },
    requirements: requirementsOf(ownRequirements, conda),
    constraints: constraints?.state === "read" ? constraints.content : null,
    pythonVersion: statedPython ?? condaPython(conda) ?? flavorPython(mlmodel),
  };
}

type Read = <Content>(path: string, parse: (text: string) => Content) => Promise<Reading<Content>>;

function fileReader(
  reads: MlflowReads,
  { name, version }: MlflowVersion,
  { signal, late }: { signal: AbortSignal; late: () => AppError },
): Read {
  return async (path, parse) => {
    try {
      const reading = reads.versionFile({ name, version, path, bytesMax: MODEL_FILE_BYTES_MAX });
      const content = await inTime(reading, signal, late);
      if (content === null) return { state: "unreadable", why: `${path} is larger than 2 MB.` };
      return parsed(path, content.toString("utf8"), parse);
    } catch (error) {
      const known = AppError.from(error);
      if (known.code === "internal") throw error;
      return known.code === "not_found" ? { state: "missing" } : { state: "unreadable", why: known.message };
    }
  };
}

function parsed<Content>(path: string, text: string, parse: (text: string) => Content): Reading<Content> {
  try {
    return { state: "read", content: parse(text) };
  } catch (error) {
    return { state: "unreadable", why: notWhatMlflowWrites(path, error) };
  }
}

/** A promise that has missed its time goes on, bounded by the client's own times; nobody waits for it any more. */
async function inTime<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  late: () => AppError,
): Promise<Value> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const miss = () => reject(late());
  if (signal.aborted) miss();
  signal.addEventListener("abort", miss, { once: true });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    signal.removeEventListener("abort", miss);
  }
}

/** What lies beside the known files is told where it can be; without it the rest stands. */
function unknownIfUnreachable(error: unknown): null {
  if (error instanceof AppError && error.code !== "internal") return null;
  throw error;
}

function mlmodelOf(text: string): MlmodelFacts {
  const mlmodel = parseMlmodel(text);
  return {
    flavors: mlmodel.flavors,
    mlflowVersion: mlmodel.mlflow_version ?? null,
    sizeBytes: mlmodel.model_size_bytes ?? null,
    hasSignature: rawSignatureSchema.safeParse(mlmodel.signature).success,
    examplePath: exampleFactsSchema.safeParse(mlmodel.saved_input_example_info).data?.artifact_path ?? null,
  };
}

interface Conda {
  python: string | null;
  pip: string[];
}

function condaOf(text: string): Conda {
  const { dependencies } = condaSchema.parse(parseYaml(text, { schema: "failsafe" }));
  const python = dependencies.find(
    (entry): entry is string => typeof entry === "string" && /^python\s*=/.test(entry),
  );
  const pip = dependencies.flatMap((entry) => pipSchema.safeParse(entry).data?.pip ?? []);
  return { python: python?.split("=").at(-1)?.trim() ?? null, pip };
}

function requirementsOf(own: Reading<string>, conda: Reading<Conda> | null): VersionFacts["requirements"] {
  if (own.state === "read")
    return { state: "read", content: { from: "requirements.txt", text: own.content } };
  if (own.state === "unreadable") return own;
  if (conda?.state !== "read") return conda ?? { state: "missing" };
  const { pip } = conda.content;
  if (pip.length === 0) return { state: "missing" };
  return { state: "read", content: { from: "conda.yaml", text: pip.join("\n") } };
}

function condaPython(conda: Reading<Conda> | null): string | null {
  return conda?.state === "read" ? conda.content.python : null;
}

function flavorPython(mlmodel: Reading<MlmodelFacts>): string | null {
  if (mlmodel.state !== "read") return null;
  const stated = mlmodel.content.flavors.python_function?.python_version;
  return stated === undefined || stated === null ? null : String(stated);
}
