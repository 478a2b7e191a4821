/** Sets, moves and removes aliases in MLflow. Deployments that follow one are told of before, and look at once afterwards. */
import type { aliasMoveSchema, aliasRemovalQuerySchema } from "@slipway/contracts/api/registry-edit";
import { AppError } from "@slipway/contracts/errors";
import type { z } from "zod";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { concernError, concernedByAlias } from "./concerned-deployments.ts";
import { type OpenRegistry, openRegistry, recordChange, refuseConflict } from "./registry-changes.ts";

/** An alias of a model, by its name. */
export interface AliasPath {
  name: string;
  alias: string;
}

/**
 * Has the alias mean a version from now on.
 * @throws AppError `model_not_found`, `model_version_not_found`, `conflict`, `alias_followed`, `mlflow_refused`, `mlflow_unreachable`.
 */
export async function moveAlias(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { path, move }: { path: AliasPath; move: z.output<typeof aliasMoveSchema> },
): Promise<{ alias: string; version: string }> {
  const open = await openRegistry(ports, principal, { group, action: "deploy" });
  const { version, expected, acknowledged } = move;
  await open.edits.exclusively(path.name, async () => {
    const { aliases } = await open.edits.current({ name: path.name, version });
    const before = aliases.get(path.alias) ?? null;
    refuseOther(before, expected);
    if (before === version) return;
    await writeAlias(ports, open, path, { before, after: version, acknowledged });
  });
  return { alias: path.alias, version };
}

/**
 * Removes the alias.
 * @throws AppError `model_not_found`, `not_found`, `conflict`, `alias_followed`, `mlflow_refused`, `mlflow_unreachable`.
 */
export async function removeAlias(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { path, query }: { path: AliasPath; query: z.output<typeof aliasRemovalQuerySchema> },
): Promise<void> {
  const open = await openRegistry(ports, principal, { group, action: "deploy" });
  await open.edits.exclusively(path.name, async () => {
    const { aliases } = await open.edits.current({ name: path.name, version: null });
    const before = aliases.get(path.alias) ?? null;
    refuseOther(before, query.expected);
    if (before === null) {
      throw new AppError("not_found", `Registered model '${path.name}' has no alias '${path.alias}'.`);
    }
    await writeAlias(ports, open, path, { before, after: null, acknowledged: query.acknowledged });
  });
}

function refuseOther(before: string | null, expected: string | null | undefined): void {
  if (expected === undefined || expected === before) return;
  refuseConflict([{ field: "version", current: before }]);
}

async function writeAlias(
  ports: OperationPorts,
  open: OpenRegistry,
  { name, alias }: AliasPath,
  { before, after, acknowledged }: { before: string | null; after: string | null; acknowledged: boolean },
): Promise<void> {
  const { binding, edits } = open;
  if (!acknowledged) {
    const concerned = await concernedByAlias(ports, binding, { name, alias, version: after });
    const what = `${after === null ? "Removing" : "Moving"} @${alias} of '${name}'`;
    if (concerned.length > 0) throw concernError("alias_followed", what, concerned);
  }
  await edits.setAlias(name, alias, after);
  const action = after === null ? "alias.removed" : before === null ? "alias.set" : "alias.moved";
  const target = { name, version: null };
  await recordChange(ports, open, { target, action, key: alias, before, after });
  ports.aliasesMoved(binding.groupName);
  await edits.refresh(target);
}
