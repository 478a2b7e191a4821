/** Typed examples of the domain's nouns, for tests: each takes what a test cares about and fills in the rest. */

import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { LATENCY_BUCKETS, latencyBucket } from "@slipway/contracts/latency-buckets";
import type {
  MinuteFigures,
  Observation,
  ObservedCounts,
  ObservedReplica,
  ObservedRevision,
} from "@slipway/contracts/observation";
import { pendingStep } from "@slipway/contracts/step";
import type { DesiredDeployment, RevisionRecord, RolloutRecord } from "#domain/deployment.ts";

const AT = new Date("2026-01-01T00:00:00Z");
const ID = deploymentIdSchema.parse("iris");

export function aDeployment(values: Partial<DesiredDeployment> = {}): DesiredDeployment {
  return {
    id: ID,
    groupName: "demo",
    name: "iris",
    desired: "running",
    targetRevision: 1,
    latestRevision: 1,
    generation: 1,
    directive: null,
    createdAt: AT,
    createdBy: "ada",
    updatedAt: AT,
    updatedBy: "ada",
    ...values,
  };
}

export function aRevision(values: Partial<RevisionRecord> = {}): RevisionRecord {
  return {
    ...{ deploymentId: ID, number: 1, createdAt: AT, author: "ada", updateMessage: "" },
    ...{ requestedModelUri: "models:/iris/1", modelName: "iris", modelVersion: "1", fingerprint: "f" },
    ...{ trackingUri: "http://mlflow", workspace: null, sealedVariables: [] },
    ...{ access: "private", description: "", variables: [], metadata: {}, minReplicas: 1, maxReplicas: 1 },
    ...{ instanceType: "small", cpuThreads: 1, memoryBytes: 1, strategy: { kind: "all-at-once" } },
    ...{ warmSeconds: 300, aliasPolicy: "pin", serving: SERVING_DEFAULTS, batchingTag: null },
    ...{ rollbackOf: null, signature: null, example: null, resolveMs: 0 },
    ...values,
  };
}

export function aRollout(values: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    deploymentId: ID,
    generation: 1,
    revision: 1,
    fromRevision: null,
    author: "ada",
    state: "running",
    startedAt: AT,
    finishedAt: null,
    reason: null,
    message: null,
    steps: [],
    progress: null,
    restartsBefore: 0,
    checks: [],
    ...values,
  };
}

export function aReplica(values: Partial<ObservedReplica> = {}): ObservedReplica {
  return {
    id: "r1-0",
    state: "ready",
    restarts: 0,
    startedAt: AT.toISOString(),
    memoryBytes: null,
    message: null,
    ...values,
  };
}

/** Counts of requests that two revisions shared. */
export function someCounts(
  revision: number,
  {
    answered,
    errors = 0,
    latencyMs = 10,
    labels = {},
    numbers = [],
  }: {
    answered: number;
    errors?: number;
    latencyMs?: number;
    labels?: Record<string, number>;
    numbers?: number[];
  },
): ObservedCounts {
  const latency = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  latency[latencyBucket(latencyMs)] = answered - errors;
  return {
    revision,
    served: answered - errors,
    refused: 0,
    failed: errors,
    latency,
    contest: { answered, errors, latency },
    predictions: { rows: answered, numbers, labels },
  };
}

function anObservedRevision(values: Partial<ObservedRevision> = {}): ObservedRevision {
  return {
    number: 1,
    state: "ready",
    reason: null,
    message: null,
    weight: 100,
    live: true,
    inFlight: 0,
    steps: (["download", "environment", "load", "smoke test"] as const).map((name) => ({
      ...pendingStep(name),
      state: "done",
      startedAt: AT.toISOString(),
      durationMs: 10,
    })),
    replicas: [],
    example: null,
    batching: null,
    idle: false,
    environmentHash: null,
    ...values,
  };
}

export function anObservation(...revisions: Partial<ObservedRevision>[]): Observation {
  return {
    id: ID,
    revisions: revisions.map(anObservedRevision),
    traffic: { requestsLastMinute: 0, failedLastMinute: 0, lastRequestAt: null },
    rollouts: [],
    clientUse: [],
  };
}

/** A minute in which `served` requests took `latencyMs`, one a batch. */
export function someFigures({
  served = 0,
  latencyMs = 10,
  queuedMs = 0.1,
  ...values
}: Partial<MinuteFigures> & { latencyMs?: number; queuedMs?: number } = {}): MinuteFigures {
  return {
    served,
    refused: 0,
    failed: 0,
    latency: timesOf(served, latencyMs),
    queued: timesOf(served, queuedMs),
    batches: served,
    batchedRequests: served,
    countedBatches: served,
    rows: served,
    replicasMax: 0,
    memoryBytesMax: 0,
    starts: 0,
    startMsSum: 0,
    startMsMax: 0,
    ...values,
  };
}

function timesOf(count: number, ms: number): number[] {
  if (count === 0) return [];
  const bucket = latencyBucket(ms);
  return Array.from({ length: bucket + 1 }, (_, index) => (index === bucket ? count : 0));
}
