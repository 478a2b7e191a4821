/** Sessions, the caller, groups, users and API tokens. */
import {
  apiTokenSchema,
  createdApiTokenSchema,
  type GroupRole,
  groupSchema,
  meSchema,
  type Quotas,
  userSchema,
} from "@slipway/contracts/api/identity";
import { listOf } from "@slipway/contracts/api/list";
import { queryOptions, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { apiPath, ask, tell } from "./api.ts";

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => ask(meSchema, { path: apiPath`/me`, signal }),
  staleTime: 60_000,
});

/** The signed-in caller; the routes behind sign-in have loaded it. */
export function useMe() {
  return useSuspenseQuery(meQuery).data;
}

export type Credentials = { username: string; password: string } | { signInToken: string };

/** Opens a session. */
export function signIn(credentials: Credentials): Promise<void> {
  return tell({ method: "POST", path: apiPath`/sessions`, body: credentials });
}

/** Ends the session. */
export function signOut(): Promise<void> {
  return tell({ method: "DELETE", path: apiPath`/sessions` });
}

function groupQuery(group: string) {
  return queryOptions({
    queryKey: ["groups", group],
    queryFn: ({ signal }) => ask(groupSchema, { path: apiPath`/groups/${group}`, signal }),
  });
}

/** A group with its members and what the caller may do in it. */
export function useGroup(group: string) {
  return useQuery(groupQuery(group));
}

/** All groups that the caller may see. */
export function useGroups() {
  return useQuery({
    queryKey: ["groups"],
    queryFn: ({ signal }) => ask(listOf(groupSchema), { path: apiPath`/groups?pageSize=1000`, signal }),
  });
}

export interface GroupChange {
  displayName?: string;
  members?: { username: string; role: GroupRole }[];
  /** Only for administrators of Slipway. */
  quotas?: Quotas;
}

/** Renames a group, replaces its members or sets its quotas. */
export function useChangeGroup(group: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: GroupChange) =>
      tell({ method: "PATCH", path: apiPath`/groups/${group}`, body: change }),
    onSuccess: () => refresh(queryClient, ["groups"], ["me"]),
  });
}

/** Makes a group. */
export function useCreateGroup() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (group: { name: string; displayName?: string }) =>
      tell({ method: "POST", path: apiPath`/groups`, body: group }),
    onSuccess: () => refresh(queryClient, ["groups"], ["me"]),
  });
}

/** All users, for administrators. */
export function useUsers({ enabled = true } = {}) {
  return useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => ask(listOf(userSchema), { path: apiPath`/users?pageSize=1000`, signal }),
    enabled,
  });
}

/** Makes a user. */
export function useCreateUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (user: { username: string; password: string; administrator: boolean }) =>
      tell({ method: "POST", path: apiPath`/users`, body: user }),
    onSuccess: () => refresh(queryClient, ["users"]),
  });
}

/** Removes a user. */
export function useRemoveUser() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (username: string) => tell({ method: "DELETE", path: apiPath`/users/${username}` }),
    onSuccess: () => refresh(queryClient, ["users"], ["groups"]),
  });
}

/** Sets a user's password. */
export function useSetPassword() {
  return useMutation({
    mutationFn: ({ username, password }: { username: string; password: string }) =>
      tell({ method: "PUT", path: apiPath`/users/${username}/password`, body: { password } }),
  });
}

/** The caller's API tokens. */
export function useApiTokens() {
  return useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => ask(listOf(apiTokenSchema), { path: apiPath`/me/tokens`, signal }),
  });
}

/** Makes an API token; the answer is the only place where it is shown. */
export function useCreateApiToken() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      ask(createdApiTokenSchema, { method: "POST", path: apiPath`/me/tokens`, body: { name } }),
    onSuccess: () => refresh(queryClient, ["tokens"]),
  });
}

/** Revokes an API token. */
export function useRevokeApiToken() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => tell({ method: "DELETE", path: apiPath`/me/tokens/${id}` }),
    onSuccess: () => refresh(queryClient, ["tokens"]),
  });
}

async function refresh(queryClient: ReturnType<typeof useQueryClient>, ...keys: string[][]): Promise<void> {
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
