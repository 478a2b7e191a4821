/** What was measured of versions on the machine that serves, and how to have one measured. */
import { type Benchmark, benchmarkSchema } from "@slipway/contracts/api/benchmark";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiPath, ask } from "./api.ts";
import { BUSY_POLL_MS } from "./deployments.ts";

/** Names one version of a registered model. */
export interface VersionRef {
  group: string;
  name: string;
  version: string;
}

/** What is known of a version; null asks nothing. Changes are pushed; while a measurement goes on it is read again and again. */
export function useBenchmark(ref: VersionRef | null) {
  const { group, name, version } = ref ?? { group: "", name: "", version: "" };
  return useQuery({
    queryKey: benchmarkKey({ group, name, version }),
    queryFn: ({ signal }) => ask(benchmarkSchema, { path: benchmarkPath({ group, name, version }), signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isUnderWay(state.data) ? BUSY_POLL_MS : false,
    enabled: ref !== null,
  });
}

/** Asks for a measurement. */
export function useRequestBenchmark(ref: VersionRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => ask(benchmarkSchema, { method: "POST", path: benchmarkPath(ref) }),
    onSuccess: (benchmark) => queryClient.setQueryData(benchmarkKey(ref), benchmark),
  });
}

/** Whether a measurement waits or runs. */
export function isUnderWay({ state }: Benchmark): boolean {
  return state === "waiting" || state === "running";
}

function benchmarkPath({ group, name, version }: VersionRef): string {
  return apiPath`/groups/${group}/models/${name}/versions/${version}/benchmark`;
}

function benchmarkKey({ group, name, version }: VersionRef): string[] {
  return ["benchmark", group, name, version];
}
