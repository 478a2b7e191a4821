/** The logs of a deployment, from the runtime: for everybody who may see the deployment. */
import type { Readable } from "node:stream";
import type { LogFile } from "@slipway/contracts/api/deployment";
import { AppError } from "@slipway/contracts/errors";
import { parseLogName } from "@slipway/contracts/log-name";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { LogChoice } from "#runtimes/runtime.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

/** Streams one log or all together as text, until `signal` aborts. @throws AppError `replica_not_found`, `data_plane_unreachable`. */
export async function readLogs(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { which, signal }: { which: LogChoice; signal: AbortSignal },
): Promise<Readable> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  if (which.kind !== "together" && parseLogName(which.name) === undefined) {
    throw new AppError(
      "replica_not_found",
      "That is not the name of a log. Logs are named r<revision>-<index> or build-<revision>; the list of log files has them all.",
    );
  }
  return ports.runtime.logs(id, which, signal);
}

/** The logs that are kept, also of dead replicas and of builds; changed last first. @throws AppError `data_plane_unreachable`. */
export async function listLogFiles(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<LogFile[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  return ports.runtime.logFiles(id);
}
