/** Writes the tag that says what serves a version into MLflow, and takes it away. */
import { DEPLOYMENTS_TAG } from "@slipway/contracts/api/registry-edit";
import { AppError } from "@slipway/contracts/errors";
import { z } from "zod";
import type { StampedVersion, WantedStamp } from "#domain/version-stamp.ts";
import type { RegistryBinding } from "./binding.ts";
import { type MlflowVersion, versionAnswerSchema } from "./mlflow-answers.ts";
import type { MlflowClient } from "./mlflow-client.ts";
import { tagCall } from "./mlflow-writes.ts";
import { fingerprintOf } from "./resolve.ts";

const VERSIONS = "/api/2.0/mlflow/model-versions";

/** Each looks first and writes only what differs. @throws AppError `mlflow_unreachable` with its cause, also when MLflow refuses. */
export interface VersionStamps {
  /** Sets the tag. False when MLflow has this version no more, or another one under its number. */
  put(binding: RegistryBinding, stamp: WantedStamp): Promise<boolean>;
  /** Deletes the tag; what is gone is well. */
  remove(binding: RegistryBinding, version: StampedVersion): Promise<void>;
}

export function createVersionStamps(clientOf: (binding: RegistryBinding) => MlflowClient): VersionStamps {
  return {
    async put(binding, { value, fingerprint, ...version }) {
      const client = clientOf(binding);
      const found = await find(client, version);
      if (found === null || fingerprintOf(found) !== fingerprint) return false;
      if (found.tags[DEPLOYMENTS_TAG] === value) return true;
      const call = tagCall(named(version), DEPLOYMENTS_TAG, value);
      return await unlessGone(() => client.write(z.unknown(), ...call));
    },
    async remove(binding, version) {
      const client = clientOf(binding);
      const found = await find(client, version);
      if (found?.tags[DEPLOYMENTS_TAG] === undefined) return;
      const call = tagCall(named(version), DEPLOYMENTS_TAG, null);
      await unlessGone(() => client.write(z.unknown(), ...call));
    },
  };
}

async function find(client: MlflowClient, version: StampedVersion): Promise<MlflowVersion | null> {
  let found: MlflowVersion | null = null;
  await unlessGone(async () => {
    found = (await client.get(versionAnswerSchema, `${VERSIONS}/get`, named(version))).model_version;
  });
  return found;
}

function named({ modelName, number }: StampedVersion): { name: string; version: string } {
  return { name: modelName, version: String(number) };
}

/** False when MLflow says that there is no such version. */
async function unlessGone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return false;
    throw error;
  }
}
