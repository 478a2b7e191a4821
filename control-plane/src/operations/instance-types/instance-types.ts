/** Instance types: everybody sees them, administrators of Slipway change them. Exactly one is the default, at all times. */
import type {
  InstanceType,
  InstanceTypePatch,
  InstanceTypeRequest,
} from "@slipway/contracts/api/instance-type";
import { AppError } from "@slipway/contracts/errors";
import { assertAdministrator } from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import {
  deleteInstanceType,
  insertInstanceType,
  listInstanceTypes,
  lockInstanceTypes,
  moveDefault,
  updateInstanceType,
} from "#store/instance-type-store.ts";

type Ports = Pick<OperationPorts, "database">;

/** The smallest first. */
export async function listAllInstanceTypes({ database }: Ports): Promise<InstanceType[]> {
  return listInstanceTypes(database);
}

/** @throws AppError `not_found`. */
export async function getInstanceType({ database }: Ports, name: string): Promise<InstanceType> {
  return requireInstanceType(database, name);
}

/** @throws AppError `forbidden`, `name_taken`. */
export async function createInstanceType(
  { database }: Ports,
  principal: Principal,
  request: InstanceTypeRequest,
): Promise<InstanceType> {
  assertAdministrator(principal);
  return database.transaction(async (transaction) => {
    await lockInstanceTypes(transaction);
    if ((await listInstanceTypes(transaction)).some(({ name }) => name === request.name)) {
      throw new AppError(
        "name_taken",
        `There is an instance type '${request.name}' already. Choose another name.`,
        {
          details: { errors: [{ field: "name", message: "taken" }] },
        },
      );
    }
    await insertInstanceType(transaction, { ...request, isDefault: false });
    if (request.isDefault) await moveDefault(transaction, request.name);
    return request;
  });
}

/** What runs keeps its size until a revision chooses the type again. @throws AppError `forbidden`, `not_found`. */
export async function changeInstanceType(
  { database }: Ports,
  principal: Principal,
  name: string,
  patch: InstanceTypePatch,
): Promise<InstanceType> {
  assertAdministrator(principal);
  return database.transaction(async (transaction) => {
    await lockInstanceTypes(transaction);
    const { description, cpuThreads, memoryBytes, isDefault } = await requireInstanceType(transaction, name);
    const changes = {
      description: patch.description ?? description,
      cpuThreads: patch.cpuThreads ?? cpuThreads,
      memoryBytes: patch.memoryBytes ?? memoryBytes,
    };
    await updateInstanceType(transaction, name, changes);
    if (patch.isDefault) await moveDefault(transaction, name);
    return { name, ...changes, isDefault: patch.isDefault ?? isDefault };
  });
}

/** Revisions that use it keep its numbers. @throws AppError `forbidden`, `not_found`, `conflict` for the default. */
export async function removeInstanceType(
  { database }: Ports,
  principal: Principal,
  name: string,
): Promise<void> {
  assertAdministrator(principal);
  await database.transaction(async (transaction) => {
    await lockInstanceTypes(transaction);
    if ((await requireInstanceType(transaction, name)).isDefault) {
      throw new AppError(
        "conflict",
        `'${name}' is the default: new deployments get it for which nobody chose. Make another instance type the default first.`,
      );
    }
    await deleteInstanceType(transaction, name);
  });
}

async function requireInstanceType(database: Queryable, wanted: string): Promise<InstanceType> {
  const types = await listInstanceTypes(database);
  const found = types.find(({ name }) => name === wanted);
  if (found) return found;
  const names = types.map(({ name }) => name).join(", ");
  throw new AppError("not_found", `There is no instance type '${wanted}'. There are: ${names}.`);
}
