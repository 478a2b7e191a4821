/** Deployments: what they are, and everything a person can do to them. */
import {
  createdDeploymentSchema,
  type DeploymentPatchInput,
  type DeploymentRequestInput,
  deploymentEventSchema,
  deploymentSchema,
  deploymentSummarySchema,
  replicaSchema,
  revisionSchema,
} from "@slipway/contracts/api/deployment";
import { listOf } from "@slipway/contracts/api/list";
import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";
import { apiPath, ask, tell } from "./api.ts";
import { rememberClient } from "./first-client.ts";
import { useLive } from "./live.ts";

const FALLBACK_POLL_MS = 5_000;
/** While something is on its way its newest output line is worth a look even if no change was announced. */
export const BUSY_POLL_MS = 1_500;

/** Names one deployment. */
export interface DeploymentRef {
  group: string;
  id: string;
}

/** The API path of one deployment. */
export function deploymentPath({ group, id }: DeploymentRef): string {
  return apiPath`/groups/${group}/deployments/${id}`;
}

/** How all deployments of a group are asked for. */
export function deploymentsQuery(group: string, { mine = false } = {}) {
  return queryOptions({
    queryKey: ["deployments", group, { mine }],
    queryFn: ({ signal }) =>
      ask(listOf(deploymentSummarySchema), {
        path: `${apiPath`/groups/${group}/deployments`}?pageSize=1000${mine ? "&mine=true" : ""}`,
        signal,
      }),
  });
}

/** All deployments of a group. Traffic changes without being announced: who shows it has it read again and again. */
export function useDeployments(group: string, { mine = false, enabled = true, watchTraffic = false } = {}) {
  const live = useLive();
  return useQuery({
    ...deploymentsQuery(group, { mine }),
    refetchInterval: live && !watchTraffic ? false : FALLBACK_POLL_MS,
    enabled,
  });
}

/** One deployment, with the steps of its newest rollout. */
export function useDeployment(deployment: DeploymentRef) {
  const live = useLive();
  return useQuery({
    queryKey: deploymentKey(deployment),
    queryFn: ({ signal }) => ask(deploymentSchema, { path: deploymentPath(deployment), signal }),
    refetchInterval: ({ state }) => {
      const busy =
        state.data?.status === "Deploying" ||
        state.data?.status === "Stopping" ||
        state.data?.rollout?.state === "running";
      if (busy) return BUSY_POLL_MS;
      // The traffic of what serves changes without being announced.
      return live && state.data?.servingRevision === null ? false : FALLBACK_POLL_MS;
    },
  });
}

/** As many of a list as one answer holds. */
export const LIST_MAX = 1_000;

interface ListOptions<Row> {
  /** How many of the newest. */
  size?: number;
  /** How often it is worth a look even if no change was announced. */
  pollMs?: (items: Row[]) => number | null;
}

/** A list that belongs to a deployment. */
export function useDeploymentList<Item extends z.ZodType>(
  deployment: DeploymentRef,
  list: string,
  item: Item,
  { size = LIST_MAX, pollMs = () => null }: ListOptions<z.output<Item>> = {},
) {
  const live = useLive();
  return useQuery({
    queryKey: [...deploymentKey(deployment), list, size],
    queryFn: ({ signal }) =>
      ask(listOf(item), { path: `${deploymentPath(deployment)}/${list}?pageSize=${size}`, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => pollMs(state.data?.items ?? []) ?? (live ? false : FALLBACK_POLL_MS),
  });
}

/** The revisions, newest first. */
export function useRevisions(deployment: DeploymentRef) {
  return useDeploymentList(deployment, "revisions", revisionSchema);
}

/** The revisions that served at a time, each with its share of the requests. Null asks nothing. */
export function useServedAt(deployment: DeploymentRef, at: string | null) {
  return useQuery({
    queryKey: [...deploymentKey(deployment), "revisions", { at }],
    queryFn: ({ signal }) =>
      ask(listOf(revisionSchema), {
        path: `${deploymentPath(deployment)}/revisions?${new URLSearchParams({ at: at ?? "" })}`,
        signal,
      }),
    enabled: at !== null,
  });
}

/** What has happened, newest first. */
export function useDeploymentEvents(deployment: DeploymentRef, size: number) {
  return useDeploymentList(deployment, "events", deploymentEventSchema, { size });
}

/** The running copies. */
export function useReplicas(deployment: DeploymentRef) {
  return useDeploymentList(deployment, "replicas", replicaSchema);
}

/** Makes a deployment and keeps its first client's token for this page's life. */
export function useCreateDeployment(group: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: DeploymentRequestInput) =>
      ask(createdDeploymentSchema, {
        method: "POST",
        path: apiPath`/groups/${group}/deployments`,
        body: request,
      }),
    onSuccess: ({ firstClient, ...deployment }) => {
      const ref = { group, id: deployment.id };
      if (firstClient !== null) rememberClient(queryClient, ref, firstClient);
      queryClient.setQueryData(deploymentKey(ref), deployment);
      return queryClient.invalidateQueries({ queryKey: ["deployments", group] });
    },
  });
}

/** Makes a new revision. */
export function useUpdateDeployment(deployment: DeploymentRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: DeploymentPatchInput) =>
      tell({ method: "PATCH", path: deploymentPath(deployment), body: patch }),
    onSuccess: () => refreshDeployment(queryClient, deployment),
  });
}

/** A rollback is refused when there is a newer revision than the one that its author has seen. */
export type DeploymentAction =
  | { verb: "start" | "stop" }
  | { verb: "rollback"; revision: number; updateMessage: string; baseRevision: number };

/** Starts, stops or rolls back. */
export function useDeploymentAction(deployment: DeploymentRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: DeploymentAction) =>
      tell({ method: "POST", path: `${deploymentPath(deployment)}/${verb}`, body }),
    onSuccess: () => refreshDeployment(queryClient, deployment),
  });
}

/** Deletes a deployment. */
export function useDeleteDeployment(deployment: DeploymentRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => tell({ method: "DELETE", path: deploymentPath(deployment) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["deployments", deployment.group] }),
  });
}

/** The cache key under which everything about one deployment stands. */
export function deploymentKey({ group, id }: DeploymentRef): string[] {
  return ["deployment", group, id];
}

/** Reads a deployment and the lists that it stands in again. */
export async function refreshDeployment(queryClient: QueryClient, deployment: DeploymentRef): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: deploymentKey(deployment) }),
    queryClient.invalidateQueries({ queryKey: ["deployments", deployment.group] }),
  ]);
}
