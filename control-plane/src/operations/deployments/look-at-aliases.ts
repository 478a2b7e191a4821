/** One look at what a group's followed aliases mean: asks its MLflow once per model, and does what the rules say. */
import { AppError } from "@slipway/contracts/errors";
import type { DeploymentId } from "@slipway/contracts/ids";
import {
  type AliasFact,
  type AliasFollower,
  type AliasWatch,
  decideAlias,
  settleWatch,
  watchAlias,
} from "#domain/alias.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import { openBinding } from "#operations/groups/binding.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import { type AliasCandidate, saveAliasFact, touchAliasFact } from "#store/alias-store.ts";
import { announce } from "#store/change-feed.ts";
import { appendEvent } from "#store/event-store.ts";
import { findBinding } from "#store/group-store.ts";
import type { Logger } from "#telemetry/logger.ts";
import { rollOutAlias, SYSTEM_AUTHOR } from "./roll-out-alias.ts";

/** How often it is noted that an alias still means the same, in ms. */
const TOUCH_INTERVAL_MS = 60_000;

export interface LookPorts {
  operations: OperationPorts;
  logger: Logger;
  /** How long an alias must have meant the same to count, in ms. */
  quietMs: number;
}

/** A deployment to look for, with the alias of its newest revision. */
export type Followed = AliasCandidate & { alias: string };

/** What is remembered between looks; lost with the process, which only costs a quiet period. */
export interface LookMemory {
  watches: Map<DeploymentId, AliasWatch>;
  /** Why a deployment could not follow, so that it is told once. */
  refusals: Map<DeploymentId, string>;
  /** Groups whose MLflow did not answer. */
  silent: Set<string>;
}

/** Looks at the given models, one after the other. An MLflow that does not answer is not asked for the rest. */
export async function lookAtAliases(
  ports: LookPorts,
  memory: LookMemory,
  { group, models, signal }: { group: string; models: Map<string, Followed[]>; signal: AbortSignal },
): Promise<void> {
  const { operations, logger } = ports;
  const record = await findBinding(operations.database, group);
  let binding = record === undefined ? null : openBinding(record, operations.sealingKey);
  for (const [name, followers] of models) {
    const aliases: Map<string, string> | null =
      binding === null ? null : await readAliases(ports, memory, binding, name);
    if (signal.aborted) return;
    // It would not answer for the next model either.
    if (aliases === null) binding = null;
    for (const follower of followers) {
      const same = record !== undefined && isSameMlflow(follower.newest, record);
      const version = (same && aliases?.get(follower.alias)) || null;
      await follow(ports, memory, follower, { version, answered: aliases !== null }).catch((error: unknown) =>
        logger.error({ err: error, deployment: follower.deployment.id }, "could not follow an alias"),
      );
    }
  }
}

/** Null when MLflow does not answer. */
async function readAliases(
  { operations, logger }: LookPorts,
  { silent }: LookMemory,
  binding: RegistryBinding,
  name: string,
): Promise<Map<string, string> | null> {
  try {
    const aliases = await operations.registry.aliases(binding, name);
    silent.delete(binding.group);
    return aliases;
  } catch (error) {
    const problem = AppError.from(error);
    if (problem.code === "model_not_found") return new Map();
    if (!silent.has(binding.group)) {
      const log = { group: binding.group, ...(problem.code === "internal" && { err: error }) };
      logger.warn(log, `aliases are not followed for now: ${problem.message}`);
    }
    silent.add(binding.group);
    return null;
  }
}

/** What a look has shown; null: the alias is gone, or MLflow did not answer. */
interface Sight {
  version: string | null;
  answered: boolean;
}

async function follow(
  ports: LookPorts,
  { watches, refusals }: LookMemory,
  followed: Followed,
  { version, answered }: Sight,
): Promise<void> {
  const { operations, quietMs } = ports;
  const { deployment, newest, alias } = followed;
  const at = operations.now();
  let watch = watchAlias(watches.get(deployment.id), { alias, version, at, quietMs });
  let follower = toFollower(followed);
  for (;;) {
    watches.set(deployment.id, watch);
    const step = decideAlias(follower, watch, { at, quietMs });
    switch (step.kind) {
      case "wait":
        return;
      case "nothing":
        if (answered) await touch(operations, deployment.id, follower.fact, at);
        return;
      case "note":
      case "tell": {
        const seenAt = answered ? at : (follower.fact?.seenAt ?? at);
        const fact = { alias, version: step.version, changedAt: step.changedAt, seenAt };
        const told =
          step.kind === "tell"
            ? `@${alias} moved from version ${step.from} to version ${step.version}.`
            : null;
        await settle(operations, followed, fact, told);
        follower = { ...follower, fact };
        watch = settleWatch(watch);
        break;
      }
      case "roll-out": {
        const { requestedModelUri } = newest;
        const wanted = { alias, requestedModelUri, version: step.version };
        await rollOutAlias(operations, { group: deployment.groupName, id: deployment.id }, wanted).then(
          () => refusals.delete(deployment.id),
          (error: unknown) => tellRefusal(ports, refusals, followed, { error, version: step.version }),
        );
        return;
      }
    }
  }
}

function toFollower({ deployment, newest, alias, fact }: Followed): AliasFollower {
  return {
    desired: deployment.desired,
    alias,
    policy: newest.aliasPolicy,
    newestVersion: newest.modelVersion,
    fact: fact ?? undefined,
  };
}

async function touch(
  { database }: OperationPorts,
  id: DeploymentId,
  fact: AliasFact | undefined,
  at: Date,
): Promise<void> {
  if (fact === undefined || fact.version === null) return;
  if (at.getTime() - fact.seenAt.getTime() >= TOUCH_INTERVAL_MS) await touchAliasFact(database, id, at);
}

/** Writes down what is settled, and tells it where somebody wants to know. */
async function settle(
  { database, now }: OperationPorts,
  { deployment: { id, groupName } }: Followed,
  fact: AliasFact,
  told: string | null,
): Promise<void> {
  await database.transaction(async (transaction) => {
    await saveAliasFact(transaction, id, fact);
    if (told !== null) {
      const event = { deploymentId: id, at: now(), actor: SYSTEM_AUTHOR, kind: "alias.moved", message: told };
      await appendEvent(transaction, event);
    }
    await announce(transaction, { group: groupName, deployment: id, kind: "changed" });
  });
}

/** Says once why a version cannot be rolled out; the next look tries again. */
async function tellRefusal(
  { operations: { database, now }, logger }: LookPorts,
  refusals: LookMemory["refusals"],
  { deployment: { id, groupName }, alias }: Followed,
  { error, version }: { error: unknown; version: string },
): Promise<void> {
  const problem = AppError.from(error);
  if (problem.code === "internal") throw error;
  const known = refusals.get(id) === problem.message;
  refusals.set(id, problem.message);
  // A deployment that was deleted meanwhile has no page, and an MLflow that is down is no news of this version.
  if (known || problem.code === "deployment_not_found" || problem.code === "mlflow_unreachable") return;
  logger.warn({ deployment: id }, `could not roll out what @${alias} means: ${problem.message}`);
  await database.transaction(async (transaction) => {
    await appendEvent(transaction, {
      deploymentId: id,
      at: now(),
      actor: SYSTEM_AUTHOR,
      kind: "alias.not-followed",
      message: `@${alias} is version ${version}, which cannot be rolled out: ${problem.message}`,
    });
    await announce(transaction, { group: groupName, deployment: id, kind: "changed" });
  });
}
