/**
 * Sign-in with passwords and one-time links, by better-auth: it owns password hashing, sessions and their cookies.
 * Its tables stand in `store/schema-identity.ts`.
 */
import { randomUUID } from "node:crypto";
import { PASSWORD_CHARS_MIN } from "@slipway/contracts/api/identity";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { magicLink, username } from "better-auth/plugins";
import type { Database } from "#store/database.ts";
import { account, session, user, verification } from "#store/schema-identity.ts";

const SESSION_SECONDS = 7 * 24 * 3600;
const SESSION_REFRESH_SECONDS = 24 * 3600;
const SIGN_IN_LINK_SECONDS = 60 * 60;

export interface AuthOptions {
  database: Database;
  origin: string;
  secret: string;
  /** Takes the token of each sign-in link that better-auth makes. */
  onSignInToken: (email: string, token: string) => void;
}

/** Creates the library's object; all else in `access/` goes through it. */
export function createAuth({ database, origin, secret, onSignInToken }: AuthOptions) {
  const options = {
    appName: "Slipway",
    baseURL: origin,
    secret,
    telemetry: { enabled: false },
    database: drizzleAdapter(database, { provider: "pg", schema: { user, session, account, verification } }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARS_MIN,
      maxPasswordLength: 128,
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: SESSION_REFRESH_SECONDS },
    user: { additionalFields: { administrator: { type: "boolean", defaultValue: false, input: false } } },
    advanced: {
      cookiePrefix: "slipway",
      useSecureCookies: origin.startsWith("https:"),
      database: { generateId: () => randomUUID() },
    },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 63,
        usernameValidator: (name) => /^[a-z0-9._-]+$/.test(name),
      }),
      magicLink({
        expiresIn: SIGN_IN_LINK_SECONDS,
        disableSignUp: true,
        storeToken: "hashed",
        sendMagicLink: ({ email, token }) => onSignInToken(email, token),
      }),
    ],
  } satisfies BetterAuthOptions;
  return betterAuth(options);
}

export type Auth = ReturnType<typeof createAuth>;

/** better-auth keys users by e-mail; Slipway keys them by name, so each gets an address that cannot be delivered to (RFC 2606). */
export function emailOf(name: string): string {
  return `${name}@users.slipway.invalid`;
}
