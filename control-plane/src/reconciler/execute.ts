/** Carries out a plan's transitions: a table keyed by the kind of transition. */
import type { DesiredDeployment } from "#domain/deployment.ts";
import type { Transition } from "#domain/plan.ts";
import { announce } from "#store/change-feed.ts";
import type { Database, Queryable } from "#store/database.ts";
import { purgeDeployment } from "#store/deployment-store.ts";
import { appendEvent } from "#store/event-store.ts";
import { insertRollout, saveFact, updateRollout } from "#store/rollout-store.ts";

type Execution<Kind extends Transition["kind"]> = (
  transaction: Queryable,
  deployment: DesiredDeployment,
  transition: Extract<Transition, { kind: Kind }>,
  at: Date,
) => Promise<void>;

const EXECUTIONS: { [Kind in Transition["kind"]]: Execution<Kind> } = {
  async "begin-rollout"(transaction, { id, updatedBy }, { generation, revision, fromRevision, steps }, at) {
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
      progress: null,
      checks: [],
    });
    await appendEvent(transaction, {
      deploymentId: id,
      at,
      actor: "slipway",
      kind: "rollout.started",
      message:
        fromRevision === null
          ? `Bringing up revision ${revision}.`
          : `Moving from revision ${fromRevision} to ${revision}.`,
      revision,
    });
  },

  async "supersede-rollout"(transaction, { id }, { generation }, at) {
    await updateRollout(transaction, id, generation, {
      state: "superseded",
      finishedAt: at,
      reason: "Superseded",
    });
  },

  async "record-steps"(transaction, { id }, { generation, steps }) {
    await updateRollout(transaction, id, generation, { steps });
  },

  async "complete-rollout"(transaction, { id }, { generation, revision, steps }, at) {
    await updateRollout(transaction, id, generation, { state: "succeeded", finishedAt: at, steps });
    await saveFact(transaction, id, { servingRevision: revision });
    await appendEvent(transaction, {
      deploymentId: id,
      at,
      actor: "slipway",
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
    });
    await appendEvent(transaction, {
      deploymentId: id,
      at,
      actor: "slipway",
      kind: "rollout.failed",
      message: `Revision ${revision} failed: ${message}`,
      revision,
    });
  },

  async "record-stopped"(transaction, { id }, _transition, at) {
    await saveFact(transaction, id, { servingRevision: null });
    await appendEvent(transaction, {
      deploymentId: id,
      at,
      actor: "slipway",
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

async function executeOne<Kind extends Transition["kind"]>(
  transaction: Queryable,
  deployment: DesiredDeployment,
  transition: Extract<Transition, { kind: Kind }>,
  at: Date,
): Promise<void> {
  const execution: Execution<Kind> = EXECUTIONS[transition.kind as Kind];
  await execution(transaction, deployment, transition, at);
}
