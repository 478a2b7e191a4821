/**
 * The database schema of deployments; `schema-identity.ts` has users and groups, `schema-benchmark.ts` what was measured.
 * One writer per table: `deployment`, `revision`, `client` are written by operations; `rollout`, `rollout_count`, `traffic_share`,
 * `client_use`, `revision_minute` and `deployment_fact` by the reconciler; `alias_fact` by the follower of aliases.
 */

import type { Signature } from "@slipway/contracts/api/model";
import type { Check, RolloutProgress } from "@slipway/contracts/api/rollout";
import { SERVING_DEFAULTS, type Serving } from "@slipway/contracts/api/serving";
import type { Strategy } from "@slipway/contracts/api/strategy";
import type { SealedVariable } from "@slipway/contracts/assignment";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { MinuteFigures, Observation, ObservedRollout } from "@slipway/contracts/observation";
import type { Step } from "@slipway/contracts/step";
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { RolloutDirective } from "#domain/deployment.ts";
import { at, group } from "./schema-identity.ts";

export interface TrafficShare {
  revision: number;
  weight: number;
}

/** A variable of a binding at rest: always sealed; `secret` says whether its value may be shown again. */
export type StoredVariable = SealedVariable & { secret: boolean };

export const mlflowBinding = pgTable("mlflow_binding", {
  groupName: text("group_name")
    .primaryKey()
    .references(() => group.name, { onDelete: "cascade" }),
  trackingUri: text("tracking_uri").notNull(),
  uiUri: text("ui_uri"),
  workspace: text("workspace"),
  trackingVariables: jsonb("tracking_variables").$type<StoredVariable[]>().notNull(),
  artifactVariables: jsonb("artifact_variables").$type<StoredVariable[]>().notNull(),
  /** Where MLflow calls when an alias moves: the webhook's id there, and the sealed key of its signatures. */
  webhookId: text("webhook_id"),
  sealedWebhookKey: text("sealed_webhook_key"),
  /** Whether versions that are served are stamped with the tag `slipway.deployments` in MLflow. */
  writeBack: boolean("write_back").notNull().default(false),
  updatedAt: at("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
});

export const deployment = pgTable(
  "deployment",
  {
    id: text("id").$type<DeploymentId>().primaryKey(),
    groupName: text("group_name")
      .notNull()
      .references(() => group.name),
    name: text("name").notNull(),
    desired: text("desired", { enum: ["running", "stopped", "deleted"] }).notNull(),
    targetRevision: integer("target_revision").notNull(),
    latestRevision: integer("latest_revision").notNull(),
    generation: integer("generation").notNull(),
    directive: jsonb("directive").$type<RolloutDirective>(),
    createdAt: at("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: at("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [index("deployment_group").on(table.groupName)],
);

const deploymentId = () =>
  text("deployment_id")
    .$type<DeploymentId>()
    .notNull()
    .references(() => deployment.id, { onDelete: "cascade" });

export const revision = pgTable(
  "revision",
  {
    deploymentId: deploymentId(),
    number: integer("number").notNull(),
    createdAt: at("created_at").notNull(),
    author: text("author").notNull(),
    updateMessage: text("update_message").notNull(),
    requestedModelUri: text("requested_model_uri").notNull(),
    modelName: text("model_name").notNull(),
    modelVersion: text("model_version").notNull(),
    fingerprint: text("fingerprint").notNull(),
    trackingUri: text("tracking_uri").notNull(),
    workspace: text("workspace"),
    sealedVariables: jsonb("sealed_variables").$type<SealedVariable[]>().notNull(),
    access: text("access", { enum: ["private", "public"] }).notNull(),
    description: text("description").notNull(),
    variables: jsonb("variables").$type<StoredVariable[]>().notNull().default([]),
    metadata: jsonb("metadata").$type<Record<string, string>>().notNull().default({}),
    minReplicas: integer("min_replicas").notNull(),
    maxReplicas: integer("max_replicas").notNull().default(1),
    instanceType: text("instance_type"),
    cpuThreads: integer("cpu_threads").notNull(),
    memoryBytes: bigint("memory_bytes", { mode: "number" }).notNull(),
    strategy: jsonb("strategy").$type<Strategy>().notNull().default({ kind: "all-at-once" }),
    warmSeconds: integer("warm_seconds").notNull().default(300),
    aliasPolicy: text("alias_policy", { enum: ["pin", "notify", "roll-out"] })
      .notNull()
      .default("pin"),
    serving: jsonb("serving").$type<Serving>().notNull().default(SERVING_DEFAULTS),
    batchingTag: text("batching_tag", { enum: ["on", "off"] }),
    rollbackOf: integer("rollback_of"),
    signature: jsonb("signature").$type<Signature>(),
    example: jsonb("example").$type<{ from: "input example" | "signature"; body: unknown }>(),
    resolveMs: integer("resolve_ms").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.number] }),
    index("revision_model").on(table.modelName, table.modelVersion),
  ],
);

export const client = pgTable(
  "client",
  {
    deploymentId: deploymentId(),
    name: text("name").notNull(),
    tokenHash: text("token_hash").notNull(),
    tokenPrefix: text("token_prefix").notNull().default(""),
    expiresAt: at("expires_at"),
    requestsPerMinute: integer("requests_per_minute"),
    /** The token before the last rotation, while it still works. */
    previousTokenHash: text("previous_token_hash"),
    previousExpiresAt: at("previous_expires_at"),
    createdAt: at("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.name] })],
);

/** When a client was last seen by the data plane. */
export const clientUse = pgTable(
  "client_use",
  {
    deploymentId: deploymentId(),
    name: text("name").notNull(),
    lastUsedAt: at("last_used_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.name] })],
);

export const rollout = pgTable(
  "rollout",
  {
    deploymentId: deploymentId(),
    generation: integer("generation").notNull(),
    revision: integer("revision").notNull(),
    fromRevision: integer("from_revision"),
    author: text("author").notNull().default("slipway"),
    state: text("state", {
      enum: ["running", "succeeded", "failed", "superseded", "aborted", "returned"],
    }).notNull(),
    startedAt: at("started_at").notNull(),
    finishedAt: at("finished_at"),
    reason: text("reason"),
    message: text("message"),
    steps: jsonb("steps").$type<Step[]>().notNull(),
    progress: jsonb("progress").$type<RolloutProgress>(),
    /** How often the replicas of the new revision had been restarted when it got its first request. */
    restartsBefore: integer("restarts_before").notNull().default(0),
    checks: jsonb("checks").$type<Check[]>().notNull().default([]),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.generation] })],
);

/** The requests of a rollout, as each start (epoch) of the data plane counted them. */
export const rolloutCount = pgTable(
  "rollout_count",
  {
    deploymentId: deploymentId(),
    generation: integer("generation").notNull(),
    epoch: text("epoch").notNull(),
    counts: jsonb("counts").$type<ObservedRollout>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.generation, table.epoch] })],
);

/** Which revisions got requests from when on: what was serving at a time is the last row before it. */
export const trafficShare = pgTable(
  "traffic_share",
  {
    deploymentId: deploymentId(),
    at: at("at").notNull(),
    shares: jsonb("shares").$type<TrafficShare[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.at] })],
);

/** What the alias means that a deployment was made from. Written by the follower of aliases only. */
export const aliasFact = pgTable("alias_fact", {
  deploymentId: text("deployment_id")
    .$type<DeploymentId>()
    .primaryKey()
    .references(() => deployment.id, { onDelete: "cascade" }),
  alias: text("alias").notNull(),
  version: text("version"),
  changedAt: at("changed_at").notNull(),
  seenAt: at("seen_at").notNull(),
});

/** What a revision did in one minute, as each start (epoch) of the data plane counted it. */
export const revisionMinute = pgTable(
  "revision_minute",
  {
    deploymentId: deploymentId(),
    revision: integer("revision").notNull(),
    /** Its first moment. */
    minute: at("minute").notNull(),
    epoch: text("epoch").notNull(),
    /** Kept as it was written: nobody looks into it here, and a week of it is read at once. */
    figures: json("figures").$type<MinuteFigures>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.minute, table.revision, table.epoch] }),
    index("revision_minute_minute").on(table.minute),
  ],
);

/** What the reconciler knows of a deployment. */
export const deploymentFact = pgTable("deployment_fact", {
  deploymentId: text("deployment_id")
    .$type<DeploymentId>()
    .primaryKey()
    .references(() => deployment.id, { onDelete: "cascade" }),
  servingRevision: integer("serving_revision"),
  observation: jsonb("observation").$type<Observation>(),
  observedAt: at("observed_at"),
});

/** Append-only: operations add what people did, the reconciler adds what the system did. */
export const deploymentEvent = pgTable(
  "deployment_event",
  {
    sequence: bigserial("sequence", { mode: "number" }).primaryKey(),
    deploymentId: deploymentId(),
    at: at("at").notNull(),
    actor: text("actor").notNull(),
    kind: text("kind").notNull(),
    message: text("message").notNull(),
    revision: integer("revision"),
  },
  (table) => [index("deployment_event_deployment").on(table.deploymentId, table.sequence)],
);

export const revisionEnvironment = pgTable(
  "revision_environment",
  {
    deploymentId: deploymentId(),
    number: integer("number").notNull(),
    environmentHash: text("environment_hash").notNull(),
  },
  (table) => [uniqueIndex("revision_environment_revision").on(table.deploymentId, table.number)],
);
