/** Begins and ends sessions. The cookies that come back are set by the library and only passed on. */
import { AppError } from "@slipway/contracts/errors";
import { APIError } from "better-auth/api";
import { type Auth, emailOf } from "./auth.ts";

/** The `Set-Cookie` values of an answer. */
export type SessionCookies = string[];

/** @throws AppError `sign_in_failed`, which does not say whether the name or the password was wrong. */
export async function signInWithPassword(
  auth: Auth,
  credentials: { username: string; password: string },
  headers: Headers,
): Promise<SessionCookies> {
  try {
    const answer = await auth.api.signInUsername({ body: credentials, headers, returnHeaders: true });
    if (answer.response === null) throw signInFailed();
    return answer.headers.getSetCookie();
  } catch (error) {
    throw error instanceof APIError ? signInFailed(error) : error;
  }
}

/** Redeems the one-time token of a sign-in link. @throws AppError `sign_in_failed` when it is unknown, used or expired. */
export async function signInWithToken(auth: Auth, token: string, headers: Headers): Promise<SessionCookies> {
  try {
    const answer = await auth.api.magicLinkVerify({ query: { token }, headers, returnHeaders: true });
    const cookies = answer.headers.getSetCookie();
    if (cookies.length === 0) throw linkSpent();
    return cookies;
  } catch (error) {
    throw error instanceof APIError ? linkSpent(error) : error;
  }
}

export async function signOut(auth: Auth, headers: Headers): Promise<SessionCookies> {
  const answer = await auth.api.signOut({ headers, returnHeaders: true });
  return answer.headers.getSetCookie();
}

/** Makes a sign-in token for a user; the library's callback of `createAuth` receives it. */
export async function requestSignInToken(auth: Auth, username: string): Promise<void> {
  await auth.api.signInMagicLink({ body: { email: emailOf(username) }, headers: new Headers() });
}

function signInFailed(cause?: unknown): AppError {
  return new AppError(
    "sign_in_failed",
    "The user name or the password is wrong. Try again, or ask an administrator to set a new password.",
    { cause },
  );
}

function linkSpent(cause?: unknown): AppError {
  return new AppError(
    "sign_in_failed",
    "This sign-in link has been used or has expired. Sign in with your password, or start Slipway again for a new link.",
    { cause },
  );
}
