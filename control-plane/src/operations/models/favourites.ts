/** Favourites: the models that a user marked, for themselves. */
import type { Principal } from "#domain/principal.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { addFavourite, removeFavourite } from "#store/favourite-store.ts";

/** Where a favourite points. */
interface ModelPath {
  group: string;
  name: string;
}

/** Marks a model as the caller's favourite. @throws AppError `model_not_found`. */
export async function markFavourite(
  ports: OperationPorts,
  principal: Principal,
  { group, name }: ModelPath,
): Promise<void> {
  await requireGroup(ports, principal, group, "view");
  const binding = openBinding(await requireBinding(ports, group), ports.sealingKey);
  await ports.registry.requireModel(binding, name);
  await addFavourite(ports.database, { userId: principal.userId, groupName: group }, name);
}

/** Takes the caller's mark away; a model that is gone from MLflow can lose it too. */
export async function unmarkFavourite(
  ports: Pick<OperationPorts, "database">,
  principal: Principal,
  { group, name }: ModelPath,
): Promise<void> {
  await requireGroup(ports, principal, group, "view");
  await removeFavourite(ports.database, { userId: principal.userId, groupName: group }, name);
}
