/** From what a person asks for to the spec of a revision: instance type looked up, variables sealed, defaults filled in. */
import type { DeploymentPatch, DeploymentRequest } from "@slipway/contracts/api/deployment";
import { servingSchema } from "@slipway/contracts/api/serving";
import type { AliasPolicy } from "@slipway/contracts/api/strategy";
import type { Resources } from "@slipway/contracts/assignment";
import { AppError } from "@slipway/contracts/errors";
import { seal } from "@slipway/contracts/sealed";
import { aliasOf } from "#domain/alias.ts";
import type { RevisionRecord } from "#domain/deployment.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import { type InstanceTypeRecord, listInstanceTypes } from "#store/instance-type-store.ts";

/** The part of a revision that a person chooses, beside the model. */
export type Spec = Pick<
  RevisionRecord,
  | "access"
  | "description"
  | "variables"
  | "metadata"
  | "minReplicas"
  | "maxReplicas"
  | "instanceType"
  | "cpuThreads"
  | "memoryBytes"
  | "strategy"
  | "warmSeconds"
  | "aliasPolicy"
  | "serving"
>;

/** What the model was asked for as. */
type AskedModel = Pick<RevisionRecord, "requestedModelUri">;

/** The spec of a new deployment. @throws AppError `invalid_request` naming the field. */
export async function newSpec(
  ports: Pick<OperationPorts, "sealingKey">,
  transaction: Queryable,
  { request, model }: { request: DeploymentRequest; model: AskedModel },
): Promise<Spec> {
  const { access, description, metadata, minReplicas, strategy, warmSeconds, aliasPolicy } = request;
  return {
    access,
    description,
    variables: sealVariables(request.variables, [], ports.sealingKey),
    metadata,
    minReplicas,
    maxReplicas: request.maxReplicas ?? Math.max(1, minReplicas),
    ...(await resourcesOf(transaction, request.instanceType)),
    strategy,
    warmSeconds,
    aliasPolicy: policyFor(model, aliasPolicy),
    serving: servingSchema.parse(request),
  };
}

/** The spec that a patch makes of the one before. @throws AppError `invalid_request` naming the field. */
export async function changedSpec(
  ports: Pick<OperationPorts, "sealingKey">,
  transaction: Queryable,
  { previous, patch, model }: { previous: Spec; patch: DeploymentPatch; model: AskedModel },
): Promise<Spec> {
  const minReplicas = patch.minReplicas ?? previous.minReplicas;
  // Who raises only the lower bound means the upper one too.
  const maxReplicas = patch.maxReplicas ?? Math.max(previous.maxReplicas, minReplicas);
  if (maxReplicas < minReplicas) {
    throw fieldError("maxReplicas", `It must not be smaller than minReplicas, which is ${minReplicas}.`);
  }
  const resources =
    patch.instanceType === undefined
      ? {
          instanceType: previous.instanceType,
          cpuThreads: previous.cpuThreads,
          memoryBytes: previous.memoryBytes,
        }
      : await resourcesOf(transaction, patch.instanceType);
  return {
    access: patch.access ?? previous.access,
    description: patch.description ?? previous.description,
    variables:
      patch.variables === undefined
        ? previous.variables
        : sealVariables(patch.variables, previous.variables, ports.sealingKey),
    metadata: patch.metadata ?? previous.metadata,
    minReplicas,
    maxReplicas,
    ...resources,
    strategy: patch.strategy ?? previous.strategy,
    warmSeconds: patch.warmSeconds ?? previous.warmSeconds,
    // A policy that nobody asked for ends with the alias that it was for.
    aliasPolicy:
      patch.aliasPolicy === undefined && aliasOf(model) === null
        ? "pin"
        : policyFor(model, patch.aliasPolicy ?? previous.aliasPolicy),
    serving: servingSchema.parse({ ...previous.serving, ...patch }),
  };
}

function policyFor(model: AskedModel, policy: AliasPolicy): AliasPolicy {
  if (policy === "pin" || aliasOf(model) !== null) return policy;
  throw fieldError(
    "aliasPolicy",
    `Only a deployment made from an alias can follow it, and ${model.requestedModelUri} is one version. Give a model URI like models:/<name>@<alias>, or the policy 'pin'.`,
  );
}

/** The size of an instance type, the default one without a name. @throws AppError `invalid_request`. */
export async function resourcesOf(
  transaction: Queryable,
  name: string | undefined,
): Promise<Resources & { instanceType: string }> {
  const types = await listInstanceTypes(transaction);
  const found: InstanceTypeRecord | undefined = types.find((type) =>
    name === undefined ? type.isDefault : type.name === name,
  );
  if (found === undefined) {
    const names = types.map((type) => type.name).join(", ");
    throw fieldError("instanceType", `There is no instance type '${name}'. Choose one of: ${names}.`);
  }
  return { instanceType: found.name, cpuThreads: found.cpuThreads, memoryBytes: found.memoryBytes };
}

function sealVariables(
  requested: DeploymentRequest["variables"],
  stored: Spec["variables"],
  sealingKey: Buffer,
): Spec["variables"] {
  return requested.map(({ name, secret, value }, index) => {
    if (value !== undefined) return { name, secret, sealed: seal(sealingKey, value, `variable:${name}`) };
    const kept = stored.find((variable) => variable.name === name && variable.secret);
    if (kept) return kept;
    throw fieldError(
      `variables.${index}.value`,
      `Enter the value of the secret '${name}': none is stored yet.`,
    );
  });
}

function fieldError(field: string, message: string): AppError {
  return new AppError("invalid_request", message, { details: { errors: [{ field, message }] } });
}
