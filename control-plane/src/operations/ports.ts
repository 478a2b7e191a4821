/** What operations need from the long-lived objects that `context.ts` builds. */

import type { Registry } from "#registry/registry.ts";
import type { Runtime } from "#runtimes/runtime.ts";
import type { Database } from "#store/database.ts";

export interface OperationPorts {
  database: Database;
  registry: Registry;
  runtime: Pick<Runtime, "predict" | "logs" | "logFiles" | "minutes" | "checkEnvironment">;
  /** Seals stored credentials. */
  sealingKey: Buffer;
  endpointOrigin: string;
  /** Where the API is called, e.g. `https://slipway.example`. */
  origin: string;
  /** Looks at a group's aliases at once, where this process is the one that follows them. */
  aliasesMoved: (group: string) => void;
  /** Why a group's MLflow refuses stamps, where this process is the one that writes them; else null. */
  writeBackProblem: (group: string) => string | null;
  now: () => Date;
}
