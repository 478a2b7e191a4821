/** Bearer tokens of clients and programs: 256 random bits, shown once, kept only as SHA-256 hashes. */
import { createHash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;

/** Mints a token; `prefix` lets people and secret scanners recognise its kind. */
export function mintToken(prefix: "slp_client" | "slp_api"): string {
  return `${prefix}_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** The hash under which a token is stored. A plain hash suffices because the token itself has full entropy. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
