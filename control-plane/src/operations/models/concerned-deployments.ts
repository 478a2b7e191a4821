/** Which deployments a change in MLflow concerns. They are told before it is made. */
import { AppError, type ErrorCode } from "@slipway/contracts/errors";
import { aliasOf } from "#domain/alias.ts";
import type { RevisionRecord } from "#domain/deployment.ts";
import { effectOfAlias, effectOfDeletion } from "#domain/edit-effects.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import { readSnapshots } from "#operations/deployments/snapshot.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { listAliasCandidates } from "#store/alias-store.ts";
import { listDeployments } from "#store/deployment-store.ts";
import type { BindingRecord } from "#store/group-store.ts";

type Ports = Pick<OperationPorts, "database">;

/** A deployment, and what happens to it. */
export interface Concerned {
  id: string;
  name: string;
  effect: string;
}

/** Those to which something happens when an alias of a model moves to a version, or goes (null). */
export async function concernedByAlias(
  { database }: Ports,
  binding: BindingRecord,
  { name, alias, version }: { name: string; alias: string; version: string | null },
): Promise<Concerned[]> {
  const candidates = await listAliasCandidates(database);
  return candidates.flatMap(({ deployment, newest }) => {
    const isAbout =
      deployment.groupName === binding.groupName &&
      newest.modelName === name &&
      aliasOf(newest) === alias &&
      isSameMlflow(newest, binding);
    if (!isAbout) return [];
    const { desired } = deployment;
    const { aliasPolicy: policy, modelVersion: newestVersion } = newest;
    const effect = effectOfAlias({ desired, alias, policy, newestVersion }, version);
    return effect === null ? [] : [{ id: deployment.id, name: deployment.name, effect }];
  });
}

/** Those that serve a version, or shall. */
export async function concernedByDeletion(
  { database }: Ports,
  binding: BindingRecord,
  { name, version }: { name: string; version: string },
): Promise<Concerned[]> {
  const snapshots = await readSnapshots(database, await listDeployments(database, binding.groupName));
  const isIt = (revision: RevisionRecord) =>
    revision.modelName === name && revision.modelVersion === version && isSameMlflow(revision, binding);
  return snapshots
    .filter(({ effective, latest }) => isIt(effective) || isIt(latest))
    .map(({ deployment: { id, name: called, desired }, effective, fact }) => {
      const serves = fact?.servingRevision === effective.number && isIt(effective);
      return { id, name: called, effect: effectOfDeletion(version, { desired, serves }) };
    });
}

/** The refusal that names them; `what` is what it would be done to. */
export function concernError(
  code: Extract<ErrorCode, "alias_followed" | "version_deployed">,
  what: string,
  concerned: Concerned[],
): AppError {
  const named = concerned.map(({ name, effect }) => `${name}: ${effect}`).join(" ");
  return new AppError(
    code,
    `${what} concerns deployments; nothing was changed. ${named} To do it all the same, send it again with acknowledged=true.`,
    { details: { deployments: concerned } },
  );
}
