/**
 * The database schema. The tables `user`, `session`, `account` and `verification` have the shape that better-auth asks for.
 * One writer per table: `deployment`, `revision`, `client` are written by operations, `rollout` and `deployment_fact` by the reconciler.
 */

import type { Signature } from "@slipway/contracts/api/model";
import type { SealedVariable } from "@slipway/contracts/assignment";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Observation } from "@slipway/contracts/observation";
import type { Step } from "@slipway/contracts/step";
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const user = pgTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  username: text("username").unique(),
  displayUsername: text("display_username"),
  administrator: boolean("administrator").notNull().default(false),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const session = pgTable("session", {
  id: text("id").primaryKey(),
  expiresAt: at("expires_at").notNull(),
  token: text("token").notNull().unique(),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  userId: text("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" }),
});

export const account = pgTable("account", {
  id: text("id").primaryKey(),
  accountId: text("account_id").notNull(),
  providerId: text("provider_id").notNull(),
  userId: text("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" }),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: at("access_token_expires_at"),
  refreshTokenExpiresAt: at("refresh_token_expires_at"),
  scope: text("scope"),
  password: text("password"),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const verification = pgTable("verification", {
  id: text("id").primaryKey(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: at("expires_at").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

export const apiToken = pgTable("api_token", {
  id: text("id").primaryKey(),
  userId: text("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "cascade" }),
  name: text("name").notNull(),
  tokenHash: text("token_hash").notNull().unique(),
  createdAt: at("created_at").notNull().defaultNow(),
  lastUsedAt: at("last_used_at"),
});

export const group = pgTable("group", {
  name: text("name").primaryKey(),
  displayName: text("display_name").notNull(),
  createdAt: at("created_at").notNull().defaultNow(),
});

export const groupMember = pgTable(
  "group_member",
  {
    groupName: text("group_name")
      .notNull()
      .references(() => group.name, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role: text("role", { enum: ["admin", "member"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.groupName, table.userId] })],
);

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
    replicas: integer("replicas").notNull(),
    cpuThreads: integer("cpu_threads").notNull(),
    memoryBytes: bigint("memory_bytes", { mode: "number" }).notNull(),
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
    createdAt: at("created_at").notNull(),
    createdBy: text("created_by").notNull(),
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
    state: text("state", { enum: ["running", "succeeded", "failed", "superseded"] }).notNull(),
    startedAt: at("started_at").notNull(),
    finishedAt: at("finished_at"),
    reason: text("reason"),
    message: text("message"),
    steps: jsonb("steps").$type<Step[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.generation] })],
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
