/** Changes of registered models and versions: they are written to MLflow, and refused where it has something else by now. */
import { aliasSchema } from "@slipway/contracts/api/model";
import { type AliasMove, editedSchema, type RegistryEdit } from "@slipway/contracts/api/registry-edit";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem, apiPath, ask, tell } from "./api.ts";

/** A registered model, or one version of it. */
export interface EditRef {
  group: string;
  name: string;
  version: string | null;
}

/** What a change was based on is no longer there; null where there is nothing now. */
export interface Conflict {
  field: string;
  current: string | null;
}

/** What is there now, where a change was refused because somebody else was faster. */
export function conflictsOf(error: Error | null): Conflict[] {
  if (!(error instanceof ApiProblem) || error.code !== "conflict") return [];
  return (error.problem?.errors ?? []).flatMap(({ field, current }) =>
    current === undefined ? [] : [{ field, current }],
  );
}

/** A deployment, and what a change does to it. */
export interface Concerned {
  id: string;
  name: string;
  effect: string;
}

/** The deployments for whose sake a change was refused; none where that is not why. */
export function concernedBy(error: Error | null): Concerned[] {
  return (error instanceof ApiProblem && error.problem?.deployments) || [];
}

/** Changes description and tags. */
export function useEdit({ group, name, version }: EditRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (edit: RegistryEdit) =>
      ask(editedSchema, {
        method: "PATCH",
        path:
          version === null
            ? apiPath`/groups/${group}/models/${name}`
            : apiPath`/groups/${group}/models/${name}/versions/${version}`,
        body: edit,
      }),
    onSuccess: () => refresh(queryClient, group, name),
  });
}

interface ModelRef {
  group: string;
  name: string;
}

/** Sets or moves an alias. */
export function useMoveAlias({ group, name }: ModelRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ alias, ...move }: AliasMove & { alias: string }) =>
      ask(aliasSchema, {
        method: "PUT",
        path: apiPath`/groups/${group}/models/${name}/aliases/${alias}`,
        body: move,
      }),
    onSuccess: () => refresh(queryClient, group, name),
  });
}

/** Removes an alias that means a version. */
export function useRemoveAlias({ group, name }: ModelRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({
      alias,
      expected,
      acknowledged,
    }: {
      alias: string;
      expected: string;
      acknowledged: boolean;
    }) =>
      tell({
        method: "DELETE",
        path: `${apiPath`/groups/${group}/models/${name}/aliases/${alias}`}?${new URLSearchParams({ expected, acknowledged: String(acknowledged) })}`,
      }),
    onSuccess: () => refresh(queryClient, group, name),
  });
}

/** Deletes a version in MLflow. */
export function useDeleteVersion({ group, name, version }: ModelRef & { version: string }) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (acknowledged: boolean) =>
      tell({
        method: "DELETE",
        path: `${apiPath`/groups/${group}/models/${name}/versions/${version}`}?acknowledged=${acknowledged}`,
      }),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: ["version", group, name, version] });
      return refresh(queryClient, group, name);
    },
  });
}

async function refresh(queryClient: QueryClient, group: string, name: string): Promise<void> {
  const keys = [
    ...[
      ["model", group, name],
      ["version", group, name],
      ["versions", group, name],
    ],
    ...[
      ["models", group],
      ["audit", group],
    ],
  ];
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
