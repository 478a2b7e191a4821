/** Roll out what an alias means now: a new revision by the system itself, through the strategy of its spec. */
import type { OperationPorts } from "#operations/ports.ts";
import { changeAs } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";
import { requireRevision } from "./require-revision.ts";
import { resolveModel } from "./resolve-model.ts";
import { insertNextRevision } from "./update-deployment.ts";

/** The author of what nobody asked for by hand. */
export const SYSTEM_AUTHOR = "slipway";

/**
 * Makes the revision, unless a person has changed the deployment or the alias has moved on meanwhile.
 * @throws AppError what `resolveModel` throws, `deployment_not_found`.
 */
export async function rollOutAlias(
  ports: OperationPorts,
  path: DeploymentPath,
  { alias, requestedModelUri, version }: { alias: string; requestedModelUri: string; version: string },
): Promise<void> {
  const model = await resolveModel(ports, path.group, requestedModelUri);
  if (model.modelVersion !== version) return;
  await changeAs(ports, SYSTEM_AUTHOR, path, async (transaction, deployment, at) => {
    const previous = await requireRevision(transaction, deployment.id, deployment.latestRevision);
    const follows =
      deployment.desired === "running" &&
      previous.aliasPolicy === "roll-out" &&
      previous.requestedModelUri === requestedModelUri &&
      previous.modelVersion !== version;
    if (!follows) return null;
    return insertNextRevision(transaction, deployment, {
      revision: {
        ...previous,
        ...model,
        createdAt: at,
        author: SYSTEM_AUTHOR,
        updateMessage: `@${alias} moved from version ${previous.modelVersion} to ${version}`,
      },
      kind: "deployment.updated",
    });
  });
}
