/** The secrets of an installation, all made from one key file in SLIPWAY_HOME. */
import { hkdfSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readOrCreateKey } from "@slipway/contracts/sealed";

export interface Secrets {
  /** Seals stored credentials. */
  sealingKey: Buffer;
  /** Signs session cookies. */
  sessionSecret: string;
}

/** Reads `secrets.key` of the home folder, making it on first use. */
export function readSecrets(home: string): Secrets {
  mkdirSync(home, { recursive: true });
  const sealingKey = readOrCreateKey(join(home, "secrets.key"));
  const sessionSecret = Buffer.from(hkdfSync("sha256", sealingKey, "", "slipway sessions", 32)).toString(
    "base64url",
  );
  return { sealingKey, sessionSecret };
}
