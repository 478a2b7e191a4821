/** A list of versions as CSV, all of it. */
import type { RegistryVersion } from "@slipway/contracts/api/model";
import { type Column, parseColumns } from "#domain/columns.ts";
import { csvLine } from "#domain/csv.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { ListedVersion } from "#registry/version-views.ts";
import { openVersionScope, presentFreshness, type VersionsQuery } from "./models.ts";

export interface ExportQuery extends Omit<VersionsQuery, "pageSize" | "pageToken"> {
  /** Null for the versions of all models. */
  name: string | null;
}

export interface ExportedVersions {
  /** False while parameters and metrics of some versions are not read yet: their cells are empty. */
  complete: boolean;
  /** Lines, some hundred at a time. */
  text: AsyncIterable<string>;
}

/** Writes the versions that meet the filter, sorted, with a header. @throws AppError as the list does, before the first line. */
export async function exportVersions(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, allowStale, ...query }: ExportQuery,
): Promise<ExportedVersions> {
  const { binding, views } = await openVersionScope(ports, principal, group);
  const { batches, warning, ...freshness } = await ports.registry.exportVersions(binding, name, {
    ...{ ...query, context: views.context },
  });
  presentFreshness(freshness, allowStale);
  const cells = [...(name === null ? [MODEL] : []), ...FIXED, ...parseColumns(query.columns).map(chosen)];
  const rows = (versions: ListedVersion[]) => versions.map((version) => views.show(version, query.columns));
  return { complete: warning === null, text: write(cells, batches, rows) };
}

interface Cell {
  title: string;
  of: (version: RegistryVersion) => string | number | undefined;
}

const MODEL: Cell = { title: "model", of: ({ name }) => name };

const FIXED: Cell[] = [
  { title: "version", of: ({ version }) => version },
  { title: "registeredAt", of: ({ registeredAt }) => registeredAt },
  { title: "status", of: ({ status }) => status },
  { title: "aliases", of: ({ aliases }) => aliases.join(", ") },
  { title: "deployedBy", of: ({ deployedBy }) => deployedBy.map(({ name }) => name).join(", ") },
  { title: "description", of: ({ description }) => description },
  { title: "modelUri", of: ({ modelUri }) => modelUri },
];

function chosen({ kind, key }: Column): Cell {
  const title = key === null ? kind : `${kind}.${key}`;
  switch (kind) {
    case "params":
    case "tags":
      return { title, of: (version) => version[kind][key] };
    case "metrics":
    case "benchmark":
      return { title, of: (version) => numberIn(version[kind][key]) };
    case "name":
      return MODEL;
    default:
      return FIXED.find((cell) => cell.title === kind) ?? { title, of: () => undefined };
  }
}

/** NaN and infinities travel as words; they are numbers nevertheless. */
function numberIn(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

async function* write(
  cells: Cell[],
  batches: AsyncIterable<ListedVersion[]>,
  rows: (versions: ListedVersion[]) => RegistryVersion[],
): AsyncGenerator<string> {
  yield csvLine(cells.map(({ title }) => title));
  for await (const versions of batches)
    yield rows(versions)
      .map((version) => csvLine(cells.map((cell) => cell.of(version))))
      .join("");
}
