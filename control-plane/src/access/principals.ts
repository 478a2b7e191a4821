/** From a request's headers to the principal behind it: a bearer API token, else a session cookie. */
import { AppError } from "@slipway/contracts/errors";
import { hashToken } from "@slipway/contracts/token";
import type { Principal } from "#domain/principal.ts";
import type { Database } from "#store/database.ts";
import { rolesOf } from "#store/group-store.ts";
import { findApiToken, findUser, touchApiToken } from "#store/user-store.ts";
import type { Auth } from "./auth.ts";

/** How exactly the last use of a token is kept, in ms. */
const TOUCH_INTERVAL_MS = 60_000;

export interface PrincipalsOptions {
  auth: Auth;
  database: Database;
  now: () => Date;
}

/** @throws AppError `unauthenticated` when the headers prove nobody. */
export async function authenticate(options: PrincipalsOptions, headers: Headers): Promise<Principal> {
  const authorization = headers.get("authorization");
  const userId =
    authorization === null
      ? await sessionUser(options.auth, headers)
      : await tokenUser(options, authorization);
  const user = userId === null ? undefined : await findUser(options.database, userId);
  if (user === undefined) {
    throw new AppError(
      "unauthenticated",
      "Sign in, or send an API token as 'Authorization: Bearer <token>'. Make one on the account page.",
    );
  }
  const roles = await rolesOf(options.database, user.id);
  return { userId: user.id, username: user.username, administrator: user.administrator, roles };
}

async function sessionUser(auth: Auth, headers: Headers): Promise<string | null> {
  const session = await auth.api.getSession({ headers });
  return session?.user.id ?? null;
}

async function tokenUser(
  { database, now }: PrincipalsOptions,
  authorization: string,
): Promise<string | null> {
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (token === undefined) return null;
  const record = await findApiToken(database, hashToken(token));
  if (record === undefined) return null;
  const at = now();
  if (record.lastUsedAt === null || at.getTime() - record.lastUsedAt.getTime() > TOUCH_INTERVAL_MS) {
    await touchApiToken(database, record.id, at);
  }
  return record.userId;
}
