/** Carries out a plan's transitions: a table keyed by the kind of transition. */
import type { DesiredDeployment } from "#domain/deployment.ts";
import type { Transition } from "#domain/plan-terms.ts";
import { announce } from "#store/change-feed.ts";
import type { Database, Queryable } from "#store/database.ts";
import { purgeDeployment } from "#store/deployment-store.ts";
import { appendEvent } from "#store/event-store.ts";
import { insertRollout, returnRollout, saveFact, updateRollout } from "#store/rollout-store.ts";

type Execution<Kind extends Transition["kind"]> = (
  transaction: Queryable,
  deployment: DesiredDeployment,
  transition: Extract<Transition, { kind: Kind }>,
  at: Date,
) => Promise<void>;

const EXECUTIONS: { [Kind in Transition["kind"]]: Execution<Kind> } = {
  async "begin-rollout"(
    transaction,
    { id, updatedBy },
    { generation, revision, fromRevision, steps, progress },
    at,
  ) {
    await insertRollout(transaction, {
      deploymentId: id,
      generation,
      revision,
      fromRevision,
      author: updatedBy,
      state: "running",
      startedAt: at,
      finishedAt: null,
      reason: null,
      message: null,
      steps,
      progress,
      restartsBefore: 0,
      checks: [],
    });
    await tell(transaction, id, at, {
      kind: "rollout.started",
      message:
        fromRevision === null
          ? `Bringing up revision ${revision}.`
          : `Moving from revision ${fromRevision} to ${revision}.`,
      revision,
    });
  },

  async "supersede-rollout"(transaction, { id }, { generation, revision, steps }, at) {
    await updateRollout(transaction, id, generation, {
      state: "superseded",
      finishedAt: at,
      reason: "Superseded",
      steps,
      progress: null,
    });
    await tell(transaction, id, at, {
      kind: "rollout.superseded",
      message: `The rollout of revision ${revision} ended: a newer change took its place.`,
      revision,
    });
  },

  async "record-steps"(transaction, { id }, { generation, steps, progress, checks }) {
    await updateRollout(transaction, id, generation, { steps, progress, checks });
  },

  async "advance-rollout"(transaction, { id }, transition, at) {
    const { generation, revision, steps, progress, checks, restartsBefore } = transition;
    await updateRollout(transaction, id, generation, { steps, progress, checks, restartsBefore });
    if (progress.phase === "moving") return;
    await tell(transaction, id, at, {
      kind: `rollout.${progress.phase}`,
      message: progress.message,
      revision,
    });
  },

  async "complete-rollout"(transaction, { id }, { generation, revision, steps, restartsBefore }, at) {
    await updateRollout(transaction, id, generation, {
      state: "succeeded",
      finishedAt: at,
      steps,
      progress: null,
      restartsBefore,
    });
    await saveFact(transaction, id, { servingRevision: revision });
    await tell(transaction, id, at, {
      kind: "rollout.succeeded",
      message: `Revision ${revision} is live.`,
      revision,
    });
  },

  async "fail-rollout"(transaction, { id }, { generation, revision, reason, message, steps }, at) {
    await updateRollout(transaction, id, generation, {
      state: "failed",
      finishedAt: at,
      reason,
      message,
      steps,
      progress: null,
    });
    await tell(transaction, id, at, {
      kind: "rollout.failed",
      message: `Revision ${revision} failed: ${message}`,
      revision,
    });
  },

  async "abort-rollout"(
    transaction,
    { id },
    { generation, revision, reason, message, steps, checks, by },
    at,
  ) {
    await updateRollout(transaction, id, generation, {
      state: "aborted",
      finishedAt: at,
      reason,
      message,
      steps,
      checks,
      progress: null,
    });
    await tell(transaction, id, at, {
      actor: by,
      kind: "rollout.aborted",
      message: `The rollout of revision ${revision} was aborted. ${message}`,
      revision,
    });
  },

  async "return-rollout"(transaction, { id }, { generation, revision, toRevision, reason, message }, at) {
    await returnRollout(transaction, id, generation, { reason, message, finishedAt: at });
    await saveFact(transaction, id, { servingRevision: toRevision });
    await tell(transaction, id, at, {
      kind: "rollout.returned",
      message: `All requests go to revision ${toRevision} again, away from revision ${revision}. ${message}`,
      revision: toRevision,
    });
  },

  async "record-stopped"(transaction, { id }, _transition, at) {
    await saveFact(transaction, id, { servingRevision: null });
    await tell(transaction, id, at, {
      kind: "deployment.ended",
      message: "All replicas have ended.",
    });
  },

  async purge(transaction, { id }) {
    await purgeDeployment(transaction, id);
  },
};

/** Records the transitions in one transaction and announces them. */
export async function execute(
  database: Database,
  deployment: DesiredDeployment,
  transitions: Transition[],
  at: Date,
): Promise<void> {
  if (transitions.length === 0) return;
  await database.transaction(async (transaction) => {
    for (const transition of transitions) await executeOne(transaction, deployment, transition, at);
    const kind = transitions.some((transition) => transition.kind === "purge") ? "removed" : "changed";
    await announce(transaction, { group: deployment.groupName, deployment: deployment.id, kind });
  });
}

/** Notes in the timeline what the system did. */
async function tell(
  transaction: Queryable,
  deploymentId: DesiredDeployment["id"],
  at: Date,
  event: { actor?: string; kind: string; message: string; revision?: number },
): Promise<void> {
  await appendEvent(transaction, { deploymentId, at, actor: "slipway", ...event });
}

async function executeOne<Kind extends Transition["kind"]>(
  transaction: Queryable,
  deployment: DesiredDeployment,
  transition: Extract<Transition, { kind: Kind }>,
  at: Date,
): Promise<void> {
  const execution: Execution<Kind> = EXECUTIONS[transition.kind as Kind];
  await execution(transaction, deployment, transition, at);
}
