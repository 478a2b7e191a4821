/** The password of the first administrator: given by the environment or made up, shown once, never kept. */
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PASSWORD_BYTES = 15;

export interface FirstAdministrator {
  /** What to hand to the control plane; absent once an administrator has been made. */
  password: string | undefined;
  /** True when the password was made up here, so that a person has to be told. */
  madeUp: boolean;
  /** To be called once the control plane is up: from then on the password is nobody's business. */
  remember(): void;
}

/** Decides the password to start the control plane with. */
export function firstAdministrator(home: string, given: string | undefined): FirstAdministrator {
  const marker = join(home, "administrator-made");
  if (existsSync(marker)) return { password: undefined, madeUp: false, remember: () => undefined };
  return {
    password: given ?? randomBytes(PASSWORD_BYTES).toString("base64url"),
    madeUp: given === undefined,
    remember: () => writeFileSync(marker, ""),
  };
}
