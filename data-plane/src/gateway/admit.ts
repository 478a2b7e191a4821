/** Who may call an endpoint. Hashes are compared in constant time, and no answer tells which part was wrong. */
import { timingSafeEqual } from "node:crypto";
import type { AssignedClient } from "@slipway/contracts/assignment";
import { hashToken } from "@slipway/contracts/token";
import type { Endpoint } from "#agent/replica-pool.ts";

export const CHALLENGE = 'Basic realm="slipway", charset="UTF-8", Bearer realm="slipway"';

/** Somebody who may call; `client` is null where the endpoint is public and asks nobody who they are. */
export interface Admission {
  client: AssignedClient | null;
}

/**
 * Admits everybody to a public endpoint, and to a private one whoever sends a token of one of its clients that has not
 * expired. Undefined for all others, whatever is wrong.
 */
export function admit(
  endpoint: Pick<Endpoint, "access" | "clients">,
  authorization: string | undefined,
  nowMs: number,
): Admission | undefined {
  if (endpoint.access === "public") return { client: null };
  const credentials = parseAuthorization(authorization);
  if (credentials === undefined) return undefined;
  const hash = Buffer.from(hashToken(credentials.token));
  let admitted: Admission | undefined;
  // Every token of every client is compared, so that the time taken does not tell how far a guess got.
  for (const client of endpoint.clients) {
    const known = credentials.client === undefined || credentials.client === client.name;
    for (const { hash: expected, expiresAt } of client.tokens) {
      const valid = equals(expected, hash) && !hasPassed(expiresAt, nowMs);
      if (valid && known) admitted = { client };
    }
  }
  return admitted;
}

function equals(expected: string, hash: Buffer): boolean {
  const bytes = Buffer.from(expected);
  return bytes.length === hash.length && timingSafeEqual(bytes, hash);
}

function hasPassed(expiresAt: string | null, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs;
}

/** `Basic base64(client:token)` or `Bearer token` (RFC 7617, RFC 6750); the scheme's name is case-insensitive. */
function parseAuthorization(header: string | undefined): { client?: string; token: string } | undefined {
  const [, scheme, value] = /^(basic|bearer) +([A-Za-z0-9+/=._~-]+) *$/i.exec(header ?? "") ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return { token: value };
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { client: text.slice(0, colon), token: text.slice(colon + 1) };
}
