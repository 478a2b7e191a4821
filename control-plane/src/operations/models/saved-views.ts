/** Saved views: what a group's members look at again and again in a versions table. */
import { randomUUID } from "node:crypto";
import { SAVED_VIEWS_MAX, type SavedView, type SavedViewRequest } from "@slipway/contracts/api/saved-view";
import { AppError } from "@slipway/contracts/errors";
import { type Column, parseColumns, parseOrder } from "#domain/columns.ts";
import { mayInGroup } from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import { parseFilter } from "#domain/version-filter.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { lockGroup } from "#store/group-store.ts";
import {
  countSavedViews,
  deleteSavedView,
  findSavedView,
  insertSavedView,
  listSavedViews,
  type SavedViewRecord,
  updateSavedView,
} from "#store/saved-view-store.ts";

type Ports = Pick<OperationPorts, "database" | "now">;

/** Those of a model's versions, or with null those of all models', by name. */
export async function listViews(
  ports: Ports,
  principal: Principal,
  group: string,
  model: string | null,
): Promise<SavedView[]> {
  await requireGroup(ports, principal, group, "view");
  const records = await listSavedViews(ports.database, group, model);
  return records.map((record) => presentView(record, principal));
}

/** @throws AppError `invalid_request` for what cannot be read, `conflict` when the name is taken or there are too many. */
export async function createView(
  ports: Ports,
  principal: Principal,
  group: string,
  { model, view }: { model: string | null; view: SavedViewRequest },
): Promise<SavedView> {
  await requireGroup(ports, principal, group, "view");
  const record = {
    ...{ id: randomUUID(), groupName: group, modelName: model },
    ...readView(view, model),
    ...{ createdAt: ports.now(), createdBy: principal.username },
  };
  await ports.database.transaction(async (transaction) => {
    await lockGroup(transaction, group);
    if ((await countSavedViews(transaction, group, model)) >= SAVED_VIEWS_MAX) throw tooMany(record);
    await insertSavedView(transaction, record).catch((error) => explain(error, record));
  });
  return presentView(record, principal);
}

/** Writes a view anew. @throws AppError `not_found`, `forbidden`, and as {@link createView}. */
export async function changeView(
  ports: Ports,
  principal: Principal,
  group: string,
  { id, view }: { id: string; view: SavedViewRequest },
): Promise<SavedView> {
  const known = await requireOwnView(ports, principal, group, id);
  const record = { ...known, ...readView(view, known.modelName) };
  await updateSavedView(ports.database, record).catch((error) => explain(error, record));
  return presentView(record, principal);
}

/** @throws AppError `not_found`, `forbidden`. */
export async function removeView(
  ports: Ports,
  principal: Principal,
  group: string,
  id: string,
): Promise<void> {
  await requireOwnView(ports, principal, group, id);
  await deleteSavedView(ports.database, id);
}

/** Why a view could not be written. */
function explain(error: unknown, record: SavedViewRecord): never {
  throw sqlState(error) === UNIQUE_VIOLATION ? nameTaken(record) : error;
}

/** A view that the caller may change: their own, or any to an administrator of the group. */
async function requireOwnView(
  ports: Ports,
  principal: Principal,
  group: string,
  id: string,
): Promise<SavedViewRecord> {
  await requireGroup(ports, principal, group, "view");
  const view = await findSavedView(ports.database, group, id);
  if (view === undefined) {
    throw new AppError("not_found", `The group '${group}' has no view '${id}'. List its views.`);
  }
  if (mayChange(view, principal)) return view;
  throw new AppError(
    "forbidden",
    `The view '${view.name}' is by ${view.createdBy}: they and administrators of the group '${group}' may change or delete it. Save one of your own instead.`,
  );
}

/** What is kept can be read again. @throws AppError `invalid_request` naming the field. */
function readView({ name, columns, orderBy, filter, firstOfEach }: SavedViewRequest, model: string | null) {
  if (firstOfEach && model !== null) {
    const message = "The first version of each model is shown of all models only.";
    throw new AppError("invalid_request", message, {
      details: { errors: [{ field: "firstOfEach", message }] },
    });
  }
  parseFilter(filter);
  const { column, descending } = parseOrder(orderBy);
  return {
    ...{ name, filter: filter.trim(), firstOfEach },
    columns: [...new Set(parseColumns(columns).map(columnName))],
    orderBy: `${columnName(column)} ${descending ? "desc" : "asc"}`,
  };
}

function columnName({ kind, key }: Column): string {
  return key === null ? kind : `${kind}.${key}`;
}

function mayChange({ groupName, createdBy }: SavedViewRecord, principal: Principal): boolean {
  return createdBy === principal.username || mayInGroup(principal, groupName, "administer");
}

function presentView(record: SavedViewRecord, principal: Principal): SavedView {
  const { groupName: _, modelName, createdAt, ...view } = record;
  return {
    ...view,
    ...{ model: modelName, createdAt: createdAt.toISOString() },
    viewerCan: { change: mayChange(record, principal) },
  };
}

function nameTaken({ name, modelName }: SavedViewRecord): AppError {
  return new AppError(
    "conflict",
    `There is a view '${name}' of ${tableName(modelName)} already. Choose another name, or update that one.`,
    { details: { errors: [{ field: "name", message: "taken" }] } },
  );
}

function tooMany({ groupName, modelName }: SavedViewRecord): AppError {
  return new AppError(
    "conflict",
    `The group '${groupName}' has ${SAVED_VIEWS_MAX} views of ${tableName(modelName)}, as many as it can. Delete one first.`,
  );
}

function tableName(model: string | null): string {
  return model === null ? "all models' versions" : `the versions of '${model}'`;
}
