/** A group's MLflow binding. */
import {
  type MlflowBindingRequest,
  mlflowBindingSchema,
  mlflowTestSchema,
} from "@slipway/contracts/api/mlflow-binding";
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiProblem, apiPath, ask, tell } from "./api.ts";

const POLL_MS = 5_000;

/** The binding; null where none is set. */
export function useMlflowBinding(group: string) {
  return useQuery({
    queryKey: ["mlflow", group],
    queryFn: async ({ signal }) => {
      try {
        return await ask(mlflowBindingSchema, { path: apiPath`/groups/${group}/mlflow`, signal });
      } catch (thrown) {
        const code = thrown instanceof ApiProblem ? thrown.code : null;
        if (code === "mlflow_not_configured" || code === "not_found") return null;
        throw thrown;
      }
    },
    // Why MLflow refuses tags turns out some seconds after the setting is saved.
    refetchInterval: POLL_MS,
  });
}

/** Tests a binding as typed, or the stored one where nothing is given. */
export function useTestMlflow(group: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (binding: MlflowBindingRequest | null) =>
      ask(mlflowTestSchema, {
        method: "POST",
        path: apiPath`/groups/${group}/mlflow/test`,
        ...(binding === null ? {} : { body: binding }),
      }),
    onSuccess: (test, binding) =>
      test.reachable && binding === null ? refreshRegistry(queryClient, group) : undefined,
  });
}

/** Stores the binding. */
export function useSaveMlflow(group: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (binding: MlflowBindingRequest) =>
      tell({ method: "PUT", path: apiPath`/groups/${group}/mlflow`, body: binding }),
    onSuccess: () => forgetRegistry(queryClient, group),
  });
}

/** Removes the binding. */
export function useRemoveMlflow(group: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => tell({ method: "DELETE", path: apiPath`/groups/${group}/mlflow` }),
    onSuccess: () => forgetRegistry(queryClient, group),
  });
}

const REGISTRY_KEYS = ["models", "model", "versions", "version", "artifacts"];

async function refreshRegistry(queryClient: QueryClient, group: string): Promise<void> {
  await Promise.all(REGISTRY_KEYS.map((key) => queryClient.invalidateQueries({ queryKey: [key, group] })));
}

/** Another binding is another registry: nothing cached from the old one may be shown. */
async function forgetRegistry(queryClient: QueryClient, group: string): Promise<void> {
  for (const key of REGISTRY_KEYS) queryClient.removeQueries({ queryKey: [key, group] });
  await queryClient.invalidateQueries({ queryKey: ["mlflow", group] });
  await queryClient.invalidateQueries({ queryKey: ["groups", group] });
}
