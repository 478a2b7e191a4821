/** Deletes a version in MLflow, with the aliases that mean it. Deployments that run it are told of before. */
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import {
  type Concerned,
  concernError,
  concernedByAlias,
  concernedByDeletion,
} from "./concerned-deployments.ts";
import { openRegistry, recordChange } from "./registry-changes.ts";

/**
 * Only administrators of the group may; MLflow cannot take it back.
 * @throws AppError `model_not_found`, `model_version_not_found`, `version_deployed`, `alias_followed`, `mlflow_refused`,
 * `mlflow_unreachable`.
 */
export async function deleteVersion(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version, acknowledged }: { name: string; version: string; acknowledged: boolean },
): Promise<void> {
  const open = await openRegistry(ports, principal, { group, action: "administer" });
  const { binding, edits } = open;
  await edits.exclusively(name, async () => {
    const current = await edits.current({ name, version });
    const aliases = [...current.aliases].filter(([, meant]) => meant === version).map(([alias]) => alias);
    if (!acknowledged) {
      const running = await concernedByDeletion(ports, binding, { name, version });
      const following = await Promise.all(
        aliases.map((alias) => concernedByAlias(ports, binding, { name, alias, version: null })),
      );
      const concerned = merged([...running, ...following.flat()]);
      const code = running.length > 0 ? "version_deployed" : "alias_followed";
      if (concerned.length > 0)
        throw concernError(code, `Deleting version ${version} of '${name}'`, concerned);
    }
    await edits.deleteVersion(name, version);
    const deleted = { action: "version.deleted", key: null, before: null, after: null } as const;
    await recordChange(ports, open, { target: { name, version }, ...deleted });
    const target = { name, version: null };
    const left = aliases.length > 0 ? (await edits.current(target)).aliases : new Map<string, string>();
    for (const alias of aliases) {
      // MLflow 2 leaves them behind.
      if (left.get(alias) === version) await edits.setAlias(name, alias, null);
      const change = { action: "alias.removed", key: alias, before: version, after: null } as const;
      await recordChange(ports, open, { target, ...change });
    }
    if (aliases.length > 0) ports.aliasesMoved(group);
    await edits.refresh({ name, version });
  });
}

/** Each deployment once, with all that happens to it. */
function merged(concerned: Concerned[]): Concerned[] {
  return [...Map.groupBy(concerned, ({ id }) => id).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, effect: same.map(({ effect }) => effect).join(" ") }];
  });
}
