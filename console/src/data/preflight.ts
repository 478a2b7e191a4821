/** What stands in the way of deploying a version. */
import { preflightSchema } from "@slipway/contracts/api/preflight";
import { useQuery } from "@tanstack/react-query";
import { apiPath, ask } from "./api.ts";
import type { VersionRef } from "./benchmarks.ts";

/** The checks cost MLflow and the data plane some work: within this time they are not made anew unasked. */
const FRESH_MS = 60_000;

/** Checks a version, for a replica of so much memory; null asks nothing. */
export function usePreflight(ref: VersionRef | null, memoryBytes: number | null = null) {
  const { group, name, version } = ref ?? { group: "", name: "", version: "" };
  return useQuery({
    queryKey: ["preflight", group, name, version, memoryBytes],
    queryFn: ({ signal }) =>
      ask(preflightSchema, {
        path:
          apiPath`/groups/${group}/models/${name}/versions/${version}/preflight` +
          (memoryBytes === null ? "" : `?memoryBytes=${memoryBytes}`),
        signal,
      }),
    staleTime: FRESH_MS,
    refetchOnWindowFocus: false,
    // Another size of the same version: what was found stays until the new answer is there.
    placeholderData: (previous, query) =>
      query?.queryKey.slice(0, 4).join("\n") === ["preflight", group, name, version].join("\n")
        ? previous
        : undefined,
    enabled: ref !== null,
  });
}
