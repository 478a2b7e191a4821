/** Who may call an endpoint. Hashes are compared in constant time, and no answer tells which part was wrong. */
import { timingSafeEqual } from "node:crypto";
import type { AssignedClient } from "@slipway/contracts/assignment";
import { hashToken } from "@slipway/contracts/token";
import type { Endpoint } from "#agent/replica-pool.ts";

export const CHALLENGE = 'Basic realm="slipway", charset="UTF-8", Bearer realm="slipway"';

/** True when the endpoint is public, or the `Authorization` header holds the token of one of its clients. */
export function admits(
  endpoint: Pick<Endpoint, "access" | "clients">,
  authorization: string | undefined,
): boolean {
  if (endpoint.access === "public") return true;
  const credentials = parseAuthorization(authorization);
  if (credentials === undefined) return false;
  const hash = Buffer.from(hashToken(credentials.token));
  let admitted = false;
  for (const client of endpoint.clients) {
    const known = credentials.client === undefined || credentials.client === client.name;
    // Every client is compared, so that the time taken does not tell how far a guess got.
    if (equalsHash(client, hash) && known) admitted = true;
  }
  return admitted;
}

function equalsHash(client: AssignedClient, hash: Buffer): boolean {
  return client.tokens.some((token) => {
    const expected = Buffer.from(token.hash);
    return expected.length === hash.length && timingSafeEqual(expected, hash);
  });
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
