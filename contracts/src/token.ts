/** Bearer tokens of clients and programs: 256 random bits, shown once, kept only as SHA-256 hashes. */
import { hash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;

/** Mints a token; `prefix` lets people and secret scanners recognise its kind. */
export function mintToken(prefix: "slp_client" | "slp_api"): string {
  return `${prefix}_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** The hash under which a token is stored. A plain hash suffices because the token itself has full entropy. */
export function hashToken(token: string): string {
  return hash("sha256", token, "base64url");
}

/** The start of a token, to recognise it by: its kind and 36 of its 256 bits. */
export function tokenPrefix(token: string): string {
  return token.replace(/^(slp_[a-z]+_.{6}).*$/s, "$1");
}
