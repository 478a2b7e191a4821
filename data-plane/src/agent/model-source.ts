/** Where a version comes from, opened: what the download needs, and the key under which its result is kept. */
import { createHash } from "node:crypto";
import type { ModelSource, SealedVariable } from "@slipway/contracts/assignment";
import { unseal } from "@slipway/contracts/sealed";

/** The key of a version in the model store. Credentials are not part of it: they change without the files changing. */
export function sourceKey(source: ModelSource): string {
  const parts = [source.trackingUri, source.workspace, source.name, source.version, source.fingerprint];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Opens sealed variables. */
export function openVariables(key: Buffer, variables: readonly SealedVariable[]): Record<string, string> {
  return Object.fromEntries(
    variables.map(({ name, sealed }) => [name, unseal(key, sealed, `variable:${name}`)]),
  );
}

/** The environment variables with which MLflow's own client finds the version. */
export function downloadEnvironment(key: Buffer, source: ModelSource): Record<string, string> {
  return {
    ...openVariables(key, source.variables),
    MLFLOW_TRACKING_URI: source.trackingUri,
    ...(source.workspace === null ? {} : { MLFLOW_WORKSPACE: source.workspace }),
  };
}
