/** Instance types: the sizes of replicas that administrators offer. */
import {
  type InstanceTypePatch,
  type InstanceTypeRequest,
  instanceTypeSchema,
} from "@slipway/contracts/api/instance-type";
import { listOf } from "@slipway/contracts/api/list";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiPath, ask, tell } from "./api.ts";

const KEY = ["instance-types"];

/** All sizes that replicas may have. */
export function useInstanceTypes() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      ask(listOf(instanceTypeSchema), { path: apiPath`/instance-types?pageSize=1000`, signal }),
  });
}

/** Makes an instance type. */
export function useCreateInstanceType() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: InstanceTypeRequest) =>
      tell({ method: "POST", path: apiPath`/instance-types`, body: request }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

/** Changes an instance type, or makes it the default. */
export function useChangeInstanceType() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, patch }: { name: string; patch: InstanceTypePatch }) =>
      tell({ method: "PATCH", path: apiPath`/instance-types/${name}`, body: patch }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

/** Removes an instance type. */
export function useRemoveInstanceType() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => tell({ method: "DELETE", path: apiPath`/instance-types/${name}` }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}
