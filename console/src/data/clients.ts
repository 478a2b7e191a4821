/** The named callers of a private endpoint. A token is shown once and kept for the life of the page. */
import {
  type ClientPatch,
  type ClientRequest,
  clientSchema,
  createdClientSchema,
} from "@slipway/contracts/api/client";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, tell } from "./api.ts";
import { type DeploymentRef, deploymentKey, deploymentPath, useDeploymentList } from "./deployments.ts";
import { forgetClient, rememberClient } from "./first-client.ts";

const LAST_USED_POLL_MS = 5_000;

function clientPath(deployment: DeploymentRef, name: string): string {
  return `${deploymentPath(deployment)}/clients/${encodeURIComponent(name)}`;
}

function refreshClients(queryClient: QueryClient, deployment: DeploymentRef): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [...deploymentKey(deployment), "clients"] });
}

/** The clients by name. When each was last used is read again and again: nothing announces it. */
export function useClients(deployment: DeploymentRef) {
  return useDeploymentList(deployment, "clients", clientSchema, { pollMs: () => LAST_USED_POLL_MS });
}

/** Adds a client. */
export function useCreateClient(deployment: DeploymentRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (client: ClientRequest) =>
      ask(createdClientSchema, {
        method: "POST",
        path: `${deploymentPath(deployment)}/clients`,
        body: client,
      }),
    onSuccess: (client) => {
      rememberClient(queryClient, deployment, client);
      return refreshClients(queryClient, deployment);
    },
  });
}

/** Changes a client's expiry and limit; its token stays. */
export function useChangeClient(deployment: DeploymentRef, name: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: ClientPatch) =>
      tell({ method: "PATCH", path: clientPath(deployment, name), body: patch }),
    onSuccess: () => refreshClients(queryClient, deployment),
  });
}

/** Gives a client a new token; the old one works on for the overlap. */
export function useRotateClient(deployment: DeploymentRef, name: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (overlapSeconds: number) =>
      ask(createdClientSchema, {
        method: "POST",
        path: `${clientPath(deployment, name)}/rotate`,
        body: { overlapSeconds },
      }),
    onSuccess: (client) => {
      rememberClient(queryClient, deployment, client);
      return refreshClients(queryClient, deployment);
    },
  });
}

/** Revokes a client: its tokens stop working. */
export function useRevokeClient(deployment: DeploymentRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => tell({ method: "DELETE", path: clientPath(deployment, name) }),
    onSuccess: (_, name) => {
      forgetClient(queryClient, deployment, name);
      return refreshClients(queryClient, deployment);
    },
  });
}
