/**
 * The database schema of the registry index: what each group's MLflow has, so that one can sort and filter all of it. It can be
 * dropped and is then read anew. The registry room alone writes it.
 *
 * What was logged lies in arrays: the keys of a model stand once, in its row, and a value stands at the place of its key.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { at, group } from "./schema-identity.ts";

/** An index for each registry that a group is bound to; after another binding the old one is dropped in the background. */
export const registryIndex = pgTable("registry_index", {
  /** One for a group, its tracking URI and its workspace. */
  scope: text("scope").primaryKey(),
  groupName: text("group_name")
    .notNull()
    .references(() => group.name, { onDelete: "cascade" }),
  /** When MLflow has last answered. */
  seenAt: at("seen_at"),
  /** When all models were listed last. */
  listedAt: at("listed_at"),
});

export const registryModel = pgTable(
  "registry_model",
  {
    id: serial("id").primaryKey(),
    scope: text("scope")
      .notNull()
      .references(() => registryIndex.scope, { onDelete: "cascade" }),
    name: text("name").notNull(),
    description: text("description").notNull(),
    tags: jsonb("tags").$type<Record<string, string>>().notNull(),
    createdMs: bigint("created_ms", { mode: "number" }).notNull(),
    updatedMs: bigint("updated_ms", { mode: "number" }).notNull(),
    latestVersion: integer("latest_version"),
    /** What `updatedMs` was when its newest versions were compared with MLflow's; null before they were. */
    comparedMs: bigint("compared_ms", { mode: "number" }),
    /** Of MLflow's list of the newest versions that was written down last; null when others were written since. */
    newestDigest: text("newest_digest"),
    /** The keys by place; a place whose key no version has any more holds the empty text until it is given away. */
    paramKeys: text("param_keys").array().notNull().default([]),
    metricKeys: text("metric_keys").array().notNull().default([]),
    tagKeys: text("tag_keys").array().notNull().default([]),
    /** The transaction in which it, its aliases or its versions changed last, so that tables in memory know. */
    changed: bigint("changed", { mode: "bigint" }).notNull().default(sql`pg_current_xact_id()::text::bigint`),
    /** When its newest versions were compared with MLflow's. */
    seenAt: at("seen_at"),
    /** When all of its versions were. */
    listedAt: at("listed_at"),
  },
  (table) => [
    unique("registry_model_name").on(table.scope, table.name),
    index("registry_model_changed").on(table.scope, table.changed),
  ],
);

const modelId = () =>
  integer("model_id")
    .notNull()
    .references(() => registryModel.id, { onDelete: "cascade" });

export const registryAlias = pgTable(
  "registry_alias",
  { modelId: modelId(), alias: text("alias").notNull(), number: integer("number").notNull() },
  (table) => [primaryKey({ columns: [table.modelId, table.alias] })],
);

export const registryVersion = pgTable(
  "registry_version",
  {
    modelId: modelId(),
    number: integer("number").notNull(),
    createdMs: bigint("created_ms", { mode: "number" }).notNull(),
    metrics: doublePrecision("metrics").array().notNull().default([]),
    params: text("params").array().notNull().default([]),
    tags: text("tags").array().notNull().default([]),
    status: text("status").notNull(),
    description: text("description").notNull(),
    /** Changes when the number becomes another version. */
    fingerprint: text("fingerprint").notNull(),
    runId: text("run_id"),
    loggedModelId: text("logged_model_id"),
    /** Whether parameters and metrics were read, and whether they may still change. */
    facts: text("facts", { enum: ["unread", "changing", "settled"] }).notNull(),
    factsReadAt: at("facts_read_at"),
  },
  (table) => [
    primaryKey({ columns: [table.modelId, table.number] }),
    index("registry_version_facts").on(table.facts, table.factsReadAt),
    index("registry_version_unread")
      .on(table.createdMs.desc().nullsFirst(), table.number.desc().nullsFirst())
      .where(sql`facts = 'unread'`),
    index("registry_version_open").on(table.modelId, table.facts).where(sql`facts <> 'settled'`),
  ],
);
