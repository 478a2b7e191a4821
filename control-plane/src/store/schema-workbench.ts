/**
 * The database schema of what people do with a registry beside deploying: views that a group keeps, models that a person marked,
 * and what was changed in MLflow from here. Operations write all of it but `version_stamp`, which the keeper of stamps writes.
 */
import { bigserial, boolean, index, integer, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { at, group, user } from "./schema-identity.ts";

const groupName = () =>
  text("group_name")
    .notNull()
    .references(() => group.name, { onDelete: "cascade" });

/** A view of a versions table that a group keeps: the search part of the page's URL, under a name. */
export const savedView = pgTable(
  "saved_view",
  {
    id: text("id").primaryKey(),
    groupName: groupName(),
    /** Of the versions of one model; the empty text for those of all models. */
    modelName: text("model_name").notNull(),
    name: text("name").notNull(),
    columns: text("columns").array().notNull(),
    orderBy: text("order_by").notNull(),
    filter: text("filter").notNull(),
    /** Of each model only the version that stands first; of views of all models. */
    firstOfEach: boolean("first_of_each").notNull().default(false),
    createdAt: at("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [unique("saved_view_name").on(table.groupName, table.modelName, table.name)],
);

export const favouriteModel = pgTable(
  "favourite_model",
  {
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    groupName: groupName(),
    modelName: text("model_name").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.groupName, table.modelName] })],
);

/** Append-only: who changed what in a group's MLflow through Slipway. */
export const auditEntry = pgTable(
  "audit_entry",
  {
    sequence: bigserial("sequence", { mode: "number" }).primaryKey(),
    groupName: groupName(),
    at: at("at").notNull(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    modelName: text("model_name").notNull(),
    version: text("version"),
    /** The alias or the tag that it was about. */
    key: text("key"),
    before: text("before"),
    after: text("after"),
  },
  (table) => [index("audit_entry_group").on(table.groupName, table.sequence)],
);

/** What the tag `slipway.deployments` of a version was set to from here, so that it is taken away again after a crash too. */
export const versionStamp = pgTable(
  "version_stamp",
  {
    groupName: groupName(),
    trackingUri: text("tracking_uri").notNull(),
    workspace: text("workspace").notNull(),
    modelName: text("model_name").notNull(),
    number: integer("number").notNull(),
    value: text("value").notNull(),
    stampedAt: at("stamped_at").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.groupName, table.trackingUri, table.workspace, table.modelName, table.number],
    }),
  ],
);
