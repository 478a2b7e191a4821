/** What operations need from the long-lived objects that `context.ts` builds. */

import type { Registry } from "#registry/registry.ts";
import type { Runtime } from "#runtimes/runtime.ts";
import type { Database } from "#store/database.ts";

export interface OperationPorts {
  database: Database;
  registry: Registry;
  runtime: Pick<Runtime, "predict" | "logs" | "logFiles">;
  /** Seals stored credentials. */
  sealingKey: Buffer;
  endpointOrigin: string;
  now: () => Date;
}
