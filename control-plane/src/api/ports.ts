/** What the routes need from the long-lived objects that `context.ts` builds. */

import type { Change } from "@slipway/contracts/api/deployment";
import type { Auth } from "#access/auth.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Logger } from "#telemetry/logger.ts";
import type { Metrics } from "#telemetry/metrics.ts";

export interface ApiPorts {
  operations: OperationPorts;
  auth: Auth;
  authenticate: (headers: Headers) => Promise<Principal>;
  /** Calls back on every change, until disposed of. */
  subscribe: (listener: (change: Change) => void) => Disposable;
  /** True once everything that `/readyz` promises is there. */
  ready: () => Promise<boolean>;
  logger: Logger;
  metrics: Metrics;
  /** Who has it may read `/metrics`; without one nobody may. */
  metricsToken: string | undefined;
  /** Where the console is served and called from, e.g. `http://127.0.0.1:8080`. */
  origin: string;
  /** Folder of the built console; none when absent. */
  consoleFolder: string | undefined;
}
