/** Between which values metrics lie, out of the index. */
import type { MetricRange } from "@slipway/contracts/api/metric-range";
import { AppError } from "@slipway/contracts/errors";
import { parseFilter } from "#domain/version-filter.ts";
import { findRegistryModel } from "#store/registry-index-store.ts";
import type { VersionContext } from "./table/version-context.ts";
import type { GroupReaders } from "./versions.ts";

export interface RangesQuery {
  metrics: string[];
  filter?: string | undefined;
  context: VersionContext;
}

/**
 * The ranges over the versions of a model, or with null of all, that meet the filter, as the index has them.
 * @throws AppError `model_not_found` for a model that the index does not have, `invalid_request`.
 */
export async function readMetricRanges(
  { database, tables, scope }: Pick<GroupReaders, "database" | "tables" | "scope">,
  name: string | null,
  { metrics, filter, context }: RangesQuery,
): Promise<MetricRange[]> {
  const parsed = parseFilter(filter ?? "");
  const model = name === null ? null : await findRegistryModel(database, scope, name);
  if (model === undefined) {
    throw new AppError(
      "model_not_found",
      `Slipway has seen no registered model '${name}' in this MLflow. List its versions first if it is a new one.`,
    );
  }
  return tables.ranges({ scope, modelId: model?.id ?? null, filter: parsed, context }, metrics);
}
