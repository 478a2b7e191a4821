/** The cache of answers: pages paint from it at once and refresh behind. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./api.ts";

/** Makes the cache. `onSignedOut` is called when the API no longer knows the session. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  function onError(error: Error): void {
    if (error instanceof ApiProblem && error.code === "unauthenticated") onSignedOut();
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        gcTime: 30 * 60_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.code === "no_answer",
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
        // A local server may well be reachable when the browser believes itself offline.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}
