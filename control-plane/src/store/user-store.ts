/** Reads of users (better-auth writes them) and the API tokens of programs. */
import { and, asc, desc, eq, inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { apiToken, user } from "./schema-identity.ts";

export interface UserRecord {
  id: string;
  username: string;
  administrator: boolean;
  createdAt: Date;
}

const columns = {
  id: user.id,
  username: user.username,
  administrator: user.administrator,
  createdAt: user.createdAt,
};

function toRecord(row: {
  id: string;
  username: string | null;
  administrator: boolean;
  createdAt: Date;
}): UserRecord {
  return { ...row, username: row.username ?? "" };
}

export async function listUsers(database: Queryable): Promise<UserRecord[]> {
  return (await database.select(columns).from(user).orderBy(asc(user.username))).map(toRecord);
}

export async function findUser(database: Queryable, id: string): Promise<UserRecord | undefined> {
  return (await database.select(columns).from(user).where(eq(user.id, id))).map(toRecord)[0];
}

export async function findUsersByName(database: Queryable, usernames: string[]): Promise<UserRecord[]> {
  if (usernames.length === 0) return [];
  return (await database.select(columns).from(user).where(inArray(user.username, usernames))).map(toRecord);
}

export interface ApiTokenRecord {
  id: string;
  userId: string;
  name: string;
  tokenHash: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export async function insertApiToken(database: Queryable, row: ApiTokenRecord): Promise<void> {
  await database.insert(apiToken).values(row);
}

export async function listApiTokens(database: Queryable, userId: string): Promise<ApiTokenRecord[]> {
  return database
    .select()
    .from(apiToken)
    .where(eq(apiToken.userId, userId))
    .orderBy(desc(apiToken.createdAt));
}

export async function findApiToken(
  database: Queryable,
  tokenHash: string,
): Promise<ApiTokenRecord | undefined> {
  return (await database.select().from(apiToken).where(eq(apiToken.tokenHash, tokenHash)))[0];
}

export async function touchApiToken(database: Queryable, id: string, lastUsedAt: Date): Promise<void> {
  await database.update(apiToken).set({ lastUsedAt }).where(eq(apiToken.id, id));
}

/** Returns false when the user has no such token. */
export async function deleteApiToken(database: Queryable, userId: string, id: string): Promise<boolean> {
  const rows = await database
    .delete(apiToken)
    .where(and(eq(apiToken.userId, userId), eq(apiToken.id, id)))
    .returning({ id: apiToken.id });
  return rows.length > 0;
}
