/** Versions of an index of its own for one test file, and how tables find them. */
import { expect } from "vitest";
import { parseOrder } from "#domain/columns.ts";
import { parseFilter } from "#domain/version-filter.ts";
import { NO_CONTEXT, type VersionContext } from "#registry/table/version-context.ts";
import { createVersionTables } from "#registry/table/version-tables.ts";
import { useVersions } from "#store/testing/versions.ts";

/** An empty index, and tables of it that stay as they are from one question to the next. */
export async function useTables() {
  const { database, aModel, read } = await useVersions();
  const tables = createVersionTables(database);

  /** The numbers of the versions that meet the filter, in the given order. */
  async function found(
    modelId: number | null,
    {
      filter = "",
      orderBy = "version",
      context = NO_CONTEXT,
    }: { filter?: string; orderBy?: string; context?: VersionContext },
  ): Promise<number[]> {
    const { places, total } = await tables.page({
      ...{ scope: "demo", modelId, context, limit: 1_000, offset: 0 },
      ...{ filter: parseFilter(filter), order: parseOrder(orderBy) },
    });
    expect(total).toBe(places.length);
    return places.map(({ number }) => number);
  }

  return { database, tables, aModel, read, found };
}
