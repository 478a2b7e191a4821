/** The playground's prediction, from the runtime. */
import type { Readable } from "node:stream";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RuntimeAnswer } from "#runtimes/runtime.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

/** Sends one scoring request on behalf of a signed-in user; what the endpoint answers is returned as it is. */
export async function predict(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { body, contentType }: { body: Readable; contentType: string },
): Promise<RuntimeAnswer> {
  const { id } = await requireDeployment(ports, principal, path, "deploy");
  return ports.runtime.predict(id, body, contentType);
}
