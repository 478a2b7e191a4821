/** Remove a client: its tokens stop working as soon as the data plane hears of it. */
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { deleteClient } from "#store/deployment-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import { type ClientPath, requireClient } from "./clients.ts";

/** @throws AppError `not_found`. */
export async function removeClient(
  ports: OperationPorts,
  principal: Principal,
  path: ClientPath,
): Promise<void> {
  await changeDeployment(ports, principal, path, async (transaction, { id }) => {
    const { name } = await requireClient(transaction, id, path.name);
    await deleteClient(transaction, id, name);
    return { changes: {}, event: { kind: "client.removed", message: `Removed the client '${name}'.` } };
  });
}
