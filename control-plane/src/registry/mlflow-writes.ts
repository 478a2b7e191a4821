/** The calls that change a registry in MLflow, each sent once. MLflow takes the names in a JSON body, also of its DELETEs. */
import { AppError } from "@slipway/contracts/errors";
import { z } from "zod";
import type { MlflowClient } from "./mlflow-client.ts";
import { MlflowRefusal } from "./mlflow-errors.ts";

const MODELS = "/api/2.0/mlflow/registered-models";
const VERSIONS = "/api/2.0/mlflow/model-versions";

/** A model, or one version of it. */
export interface EditTarget {
  name: string;
  version: string | null;
}

/**
 * Every method throws AppError `mlflow_refused` when the group's account may not do it, `invalid_request` naming the field when MLflow
 * does not take the value, `not_found` when what it is about is gone, and `mlflow_unreachable`: then MLflow may have done it or not.
 */
export interface MlflowWrites {
  setDescription(target: EditTarget, text: string): Promise<void>;
  /** Null removes the tag. */
  setTag(target: EditTarget, key: string, value: string | null): Promise<void>;
  /** A null version removes the alias. */
  setAlias(name: string, alias: string, version: string | null): Promise<void>;
  deleteVersion(name: string, version: string): Promise<void>;
}

export function createMlflowWrites(client: MlflowClient): MlflowWrites {
  async function write(
    field: string,
    method: "POST" | "PATCH" | "DELETE",
    call: [path: string, body: object],
  ): Promise<void> {
    try {
      await client.write(z.unknown(), method, call);
    } catch (error) {
      throw inWords(error, field);
    }
  }
  return {
    setDescription: (target, description) =>
      write("description", "PATCH", [`${pathOf(target)}/update`, { ...named(target), description }]),
    setTag: (target, key, value) => write(`tags.${key}`, ...tagCall(target, key, value)),
    setAlias: (name, alias, version) =>
      version === null
        ? write("alias", "DELETE", [`${MODELS}/alias`, { name, alias }])
        : write("alias", "POST", [`${MODELS}/alias`, { name, alias, version }]),
    deleteVersion: (name, version) => write("version", "DELETE", [`${VERSIONS}/delete`, { name, version }]),
  };
}

/** The call that sets a tag, or removes it with null. */
export function tagCall(
  target: EditTarget,
  key: string,
  value: string | null,
): [method: "POST" | "DELETE", call: [path: string, body: object]] {
  return value === null
    ? ["DELETE", [`${pathOf(target)}/delete-tag`, { ...named(target), key }]]
    : ["POST", [`${pathOf(target)}/set-tag`, { ...named(target), key, value }]];
}

function pathOf({ version }: EditTarget): string {
  return version === null ? MODELS : VERSIONS;
}

function named({ name, version }: EditTarget): { name: string; version?: string } {
  return version === null ? { name } : { name, version };
}

/** An MLflow that is there and does not want this: not the same as one that is down. */
function inWords(error: unknown, field: string): unknown {
  if (!(error instanceof AppError) || !(error.cause instanceof MlflowRefusal)) return error;
  const { status, code, message } = error.cause;
  const said = message === "" ? "" : ` MLflow says: ${message}`;
  if (status === 401 || status === 403) {
    return new AppError(
      "mlflow_refused",
      `MLflow does not let the group's account change this (${status}); nothing was changed. An administrator of the group can enter an account that may write under Settings → MLflow.${said}`,
      { cause: error.cause },
    );
  }
  if (code !== "INVALID_PARAMETER_VALUE") return error;
  return new AppError("invalid_request", `MLflow does not take this.${said}`, {
    cause: error.cause,
    details: { errors: [{ field, message: message || "MLflow does not take this." }] },
  });
}
