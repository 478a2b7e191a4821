/** What all models of a registry have in common, and which of them somebody marked. */
import { registryColumnsSchema } from "@slipway/contracts/api/model";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiPath, ask, tell } from "./api.ts";

const COLUMNS_POLL_MS = 15_000;

/** How it is asked what a table over all models' versions can show. */
export function registryColumnsQuery(group: string) {
  return queryOptions({
    queryKey: ["registry-columns", group],
    queryFn: ({ signal }) => ask(registryColumnsSchema, { path: apiPath`/groups/${group}/columns`, signal }),
  });
}

/** What a table over all models' versions can show. */
export function useRegistryColumns(group: string) {
  return useQuery({ ...registryColumnsQuery(group), refetchInterval: COLUMNS_POLL_MS });
}

/** Marks a model as the caller's favourite, or takes the mark away. */
export function useFavourite(group: string, name: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (favourite: boolean) =>
      tell({
        method: favourite ? "PUT" : "DELETE",
        path: apiPath`/groups/${group}/models/${name}/favourite`,
      }),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ["models", group] }),
        queryClient.invalidateQueries({ queryKey: ["model", group, name] }),
      ]),
  });
}
