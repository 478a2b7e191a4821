/**
 * The database schema of users, groups and what groups may have. The tables `user`, `session`, `account` and `verification`
 * have the shape that better-auth asks for.
 */
import { bigint, boolean, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** A time in UTC, to the millisecond. */
export const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

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
  /** Quotas; null: no bound. */
  deploymentsMax: integer("deployments_max"),
  replicasMax: integer("replicas_max"),
  memoryBytesMax: bigint("memory_bytes_max", { mode: "number" }),
});

/** The sizes of replicas that administrators offer. */
export const instanceType = pgTable("instance_type", {
  name: text("name").primaryKey(),
  description: text("description").notNull(),
  cpuThreads: integer("cpu_threads").notNull(),
  memoryBytes: bigint("memory_bytes", { mode: "number" }).notNull(),
  isDefault: boolean("is_default").notNull(),
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
