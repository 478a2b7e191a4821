/**
 * Secrets at rest and on their way between the planes: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
 * A sealed value reads `v1.<nonce>.<ciphertext and tag>`, base64url. Only processes that hold the key file can open it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a secret for the purpose named by `context`; opening it with another context fails. */
export function seal(key: Buffer, secret: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1.${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
}

/**
 * Opens what {@link seal} made.
 * @throws Error when the key or context differs or the value was changed.
 */
export function unseal(key: Buffer, sealed: string, context: string): string {
  const [version, nonce, body] = sealed.split(".");
  if (version !== "v1" || !nonce || !body) throw new Error("not a sealed value");
  const bytes = Buffer.from(body, "base64url");
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, "base64url"))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
}

/**
 * Reads the 256-bit key of an installation, making the file (mode 0600) on first use.
 * @throws Error when the file holds anything else than a key.
 */
export function readOrCreateKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(KEY_BYTES).toString("base64"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from(readFileSync(path, "utf8"), "base64");
  if (key.length !== KEY_BYTES) throw new Error(`${path} does not hold a 256-bit key`);
  return key;
}
