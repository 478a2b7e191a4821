/** Between which values metrics lie, over all versions that meet a filter. */
import type { metricRangeListSchema } from "@slipway/contracts/api/metric-range";
import type { z } from "zod";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { openVersionScope } from "./models.ts";

export interface RangesQuery {
  /** Null for the versions of all models. */
  name: string | null;
  metrics: string[];
  filter?: string | undefined;
}

/** Reads them out of the index; MLflow is not asked. @throws AppError `model_not_found`, `invalid_request`. */
export async function readRanges(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, ...query }: RangesQuery,
): Promise<z.infer<typeof metricRangeListSchema>> {
  const { binding, views } = await openVersionScope(ports, principal, group);
  return { items: await ports.registry.metricRanges(binding, name, { ...query, context: views.context }) };
}
