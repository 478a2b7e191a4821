/** All versions of a list, batch after batch. */
import { readVersions, type VersionPlace } from "#store/version-values.ts";
import type { Freshness } from "./freshness.ts";
import { type ListedVersion, toListedVersion } from "./version-views.ts";
import { type GroupReaders, type OpenedList, openList, type VersionQuery } from "./versions.ts";

const BATCH_SIZE = 500;

export interface VersionExport extends Freshness {
  /** What of the used parameters and metrics is missing, in words; null when nothing is. */
  warning: string | null;
  batches: AsyncIterable<ListedVersion[]>;
}

/**
 * Finds the versions of a model, or of all with null, at one moment, and reads them as they are taken: each stands once, however
 * the index changes meanwhile. @throws AppError as the lists do.
 */
export async function exportVersions(
  readers: GroupReaders,
  name: string | null,
  query: VersionQuery,
): Promise<VersionExport> {
  const { list, freshness, warning } = await openList(readers, name, query);
  const places = await readers.tables.places(list);
  return { ...freshness, warning, batches: readBatches(readers, places, list) };
}

async function* readBatches(
  { database }: GroupReaders,
  places: VersionPlace[],
  list: OpenedList["list"],
): AsyncGenerator<ListedVersion[]> {
  for (let from = 0; from < places.length; from += BATCH_SIZE) {
    const versions = await readVersions(database, places.slice(from, from + BATCH_SIZE), list);
    yield versions.map(toListedVersion);
  }
}
