/** Between which values the shown metrics lie, over all versions of a list. */
import { type MetricRange, metricRangeListSchema, RANGES_MAX } from "@slipway/contracts/api/metric-range";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { apiPath, ask } from "./api.ts";

const POLL_MS = 15_000;
/** While parameters and metrics are still being read. */
const POLL_FAST_MS = 4_000;

interface RangesView {
  group: string;
  /** Null for the versions of all models. */
  name: string | null;
  metrics: string[];
  filter: string;
}

/** The ranges by metric; empty until they are known. They are asked for beside the list, once it is there. */
export function useMetricRanges(
  { group, name, metrics, filter }: RangesView,
  { enabled, complete }: { enabled: boolean; complete: boolean },
): Map<string, MetricRange> | undefined {
  const asked = metrics.slice(0, RANGES_MAX).map(encodeURIComponent).join(",");
  const query = useQuery({
    queryKey: ["metric-ranges", group, name, asked, filter],
    queryFn: ({ signal }) => {
      const of = name === null ? apiPath`/groups/${group}` : apiPath`/groups/${group}/models/${name}`;
      const params = new URLSearchParams({ metrics: asked, ...(filter !== "" && { filter }) });
      return ask(metricRangeListSchema, { path: `${of}/ranges?${params}`, signal });
    },
    select: byMetric,
    placeholderData: keepPreviousData,
    refetchInterval: complete ? POLL_MS : POLL_FAST_MS,
    enabled: enabled && asked !== "",
  });
  return query.data;
}

function byMetric({ items }: { items: MetricRange[] }): Map<string, MetricRange> {
  return new Map(items.map((range) => [range.metric, range]));
}
