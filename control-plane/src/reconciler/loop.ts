/**
 * The reconciler: compares intent with fact and moves the runtime towards the intent, again and again.
 *
 * One cycle: observe → read intent → plan each deployment (pure) → record → hand over the assignments. It is level-triggered:
 * a wake-up is only a hint, each cycle works from the whole state. It never starts a process itself.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Assignment, Assignments } from "@slipway/contracts/assignment";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Observations } from "@slipway/contracts/observation";
import type { RolloutRecord } from "#domain/deployment.ts";
import { plan, sharesInEffect } from "#domain/plan.ts";
import type { Transition } from "#domain/plan-terms.ts";
import type { Runtime } from "#runtimes/runtime.ts";
import type { ChangeFeed } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { touchObserved } from "#store/rollout-store.ts";
import type { TrafficShare } from "#store/schema.ts";
import { insertShares } from "#store/traffic-store.ts";
import type { Logger } from "#telemetry/logger.ts";
import type { Metrics } from "#telemetry/metrics.ts";
import { toAssignment } from "./assignments.ts";
import { reconcileBenchmarks } from "./benchmarks.ts";
import { execute } from "./execute.ts";
import { type Intent, readIntent } from "./intent.ts";
import { forgetUnlisted, recordObservation } from "./observe.ts";
import { planInput } from "./plan-input.ts";

export interface ReconcilerPorts {
  database: Database;
  runtime: Pick<Runtime, "apply" | "observe">;
  feed: Pick<ChangeFeed, "subscribe">;
  logger: Logger;
  metrics: Pick<Metrics, "reconciled">;
  now: () => Date;
}

/** A cycle is due after this long without any wake-up, in ms. */
const CYCLE_INTERVAL_MS = 2_000;
/** The whole intent is handed over again after this long, in ms, so that nothing can stay lost. */
const REAPPLY_INTERVAL_MS = 30_000;
const LONG_POLL_MS = 10_000;
const RETRY_MS = 500;
const TOUCH_INTERVAL_MS = 5_000;

interface LoopState {
  /** What was handed over last, as JSON. */
  applied: string;
  /** The deployments that were handed over without any revision to run. */
  emptied: Set<DeploymentId>;
  appliedAt: number;
  touchedAt: number;
  reachable: boolean;
  /** Counts and uses as they were saved last, as text, of what the newest observation lists. */
  savedCounts: Map<string, string>;
}

/** Runs until the signal aborts. */
export async function reconcile(ports: ReconcilerPorts, signal: AbortSignal): Promise<void> {
  let due = Promise.withResolvers<void>();
  const wake = () => due.resolve();
  using _subscription = ports.feed.subscribe(wake);
  const state: LoopState = {
    applied: "",
    emptied: new Set(),
    appliedAt: 0,
    touchedAt: 0,
    reachable: true,
    savedCounts: new Map(),
  };
  const watching = watchRuntime(ports, wake, signal);
  while (!signal.aborted) {
    const again = await measuredCycle(ports, state);
    if (!again) {
      await Promise.race([
        due.promise,
        sleep(CYCLE_INTERVAL_MS, undefined, { signal }).catch(() => undefined),
      ]);
    }
    due = Promise.withResolvers<void>();
  }
  await watching;
}

/** Turns changes that the runtime reports into wake-ups. */
async function watchRuntime(
  { runtime }: ReconcilerPorts,
  wake: () => void,
  signal: AbortSignal,
): Promise<void> {
  let sequence: number | null = null;
  while (!signal.aborted) {
    try {
      const seen: Observations = await runtime.observe(sequence, LONG_POLL_MS, signal);
      if (seen.sequence !== sequence) wake();
      sequence = seen.sequence;
    } catch {
      // The cycle reports an unreachable runtime; here it only means to wait.
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** As {@link cycle}, whatever happens. */
async function measuredCycle(ports: ReconcilerPorts, state: LoopState): Promise<boolean> {
  const began = performance.now();
  const done = (outcome: "done" | "failed") =>
    ports.metrics.reconciled(outcome, (performance.now() - began) / 1000);
  try {
    const again = await cycle(ports, state);
    done("done");
    return again;
  } catch (error) {
    done("failed");
    ports.logger.error({ err: error }, "a reconciler cycle failed; the next one tries again");
    return false;
  }
}

/** Returns true when the next cycle should follow at once. */
async function cycle(ports: ReconcilerPorts, state: LoopState): Promise<boolean> {
  const seen = await observeOnce(ports, state);
  if (seen === null) return false;
  const intent = await readIntent(ports.database);
  const observations = new Map(seen.deployments.map((observation) => [observation.id, observation]));
  const assignments: Assignment[] = [];
  const traffic: { id: DeploymentId; shares: TrafficShare[] }[] = [];
  let recorded = false;
  for (const deployment of intent.deployments) {
    const observation = observations.get(deployment.id) ?? null;
    const at = ports.now();
    await recordObservation(ports.database, deployment, {
      fact: intent.facts.get(deployment.id),
      observation,
      epoch: seen.epoch,
      saved: state.savedCounts,
      at,
    });
    const input = {
      ...planInput(intent, deployment, { observation, epoch: seen.epoch, now: at }),
      observed: state.emptied.has(deployment.id),
    };
    const planned = plan(input);
    const { shares, transitions } = planned;
    await execute(ports.database, deployment, transitions, at);
    recorded ||= transitions.some(({ kind }) => kind !== "record-steps");
    if (transitions.some(({ kind }) => kind === "purge")) continue;
    const rollout = runningAfter(input.rollout, transitions);
    assignments.push(
      toAssignment({
        deployment,
        shares,
        rollout,
        servingRevision: servingAfter(input.servingRevision, transitions),
        ...intent,
        binding: intent.bindings.get(deployment.groupName),
      }),
    );
    traffic.push({ id: deployment.id, shares: sharesInEffect(planned, input.servingRevision) });
  }
  forgetUnlisted(state.savedCounts, seen);
  await touch(ports, state);
  const benchmarks = await reconcileBenchmarks(ports.database, {
    observed: seen.benchmarks,
    bindings: intent.bindings,
    at: ports.now(),
  });
  const differed = await handOver(ports, state, { deployments: assignments, benchmarks });
  await recordTraffic(ports, intent, traffic);
  return differed || recorded;
}

/** The generation of the rollout that runs once the transitions are recorded; null when none does. */
function runningAfter(rollout: RolloutRecord | null, transitions: Transition[]): number | null {
  let running = rollout?.state === "running" ? rollout.generation : null;
  for (const { kind, ...transition } of transitions) {
    if (kind === "begin-rollout" && "generation" in transition) running = transition.generation;
    else if (ENDING.has(kind)) running = null;
  }
  return running;
}

/** The revision that serves once the transitions are recorded. */
function servingAfter(serving: number | null, transitions: Transition[]): number | null {
  const completed = transitions.find((transition) => transition.kind === "complete-rollout");
  const returned = transitions.find((transition) => transition.kind === "return-rollout");
  return completed?.revision ?? returned?.toRevision ?? serving;
}

const ENDING: ReadonlySet<Transition["kind"]> = new Set([
  "supersede-rollout",
  "complete-rollout",
  "fail-rollout",
  "abort-rollout",
]);

/** Notes from when on which revisions got requests, once that is in effect. */
async function recordTraffic(
  { database, now }: ReconcilerPorts,
  intent: Intent,
  traffic: { id: DeploymentId; shares: TrafficShare[] }[],
): Promise<void> {
  for (const { id, shares } of traffic) {
    if (isDeepStrictEqual(shares, intent.traffic.get(id) ?? [])) continue;
    await insertShares(database, { deploymentId: id, at: now(), shares });
  }
}

async function observeOnce(
  { runtime, logger }: ReconcilerPorts,
  state: LoopState,
): Promise<Observations | null> {
  try {
    const seen = await runtime.observe(null, 0);
    if (!state.reachable) {
      logger.info("the data plane is reachable again");
      state.appliedAt = 0;
    }
    state.reachable = true;
    return seen;
  } catch (error) {
    if (state.reachable)
      logger.warn({ err: error }, "the data plane is not reachable; what it serves goes on");
    state.reachable = false;
    return null;
  }
}

/** Applies the assignments when they differ from the last ones or are due again; returns true when they differed. */
async function handOver(
  { runtime, now }: ReconcilerPorts,
  state: LoopState,
  assignments: Assignments,
): Promise<boolean> {
  const serialised = JSON.stringify(assignments);
  const differs = serialised !== state.applied;
  if (!differs && now().getTime() - state.appliedAt < REAPPLY_INTERVAL_MS) return false;
  await runtime.apply(assignments);
  state.applied = serialised;
  const emptied = assignments.deployments.filter(({ revisions }) => revisions.length === 0);
  state.emptied = new Set(emptied.map(({ id }) => id));
  state.appliedAt = now().getTime();
  return differs;
}

async function touch({ database, now }: ReconcilerPorts, state: LoopState): Promise<void> {
  if (now().getTime() - state.touchedAt < TOUCH_INTERVAL_MS) return;
  await touchObserved(database, now());
  state.touchedAt = now().getTime();
}
