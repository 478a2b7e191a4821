/** Views of versions tables that a group keeps. */
import { listOf } from "@slipway/contracts/api/list";
import { type SavedViewRequest, savedViewSchema } from "@slipway/contracts/api/saved-view";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiPath, ask, tell } from "./api.ts";

/** Which table: of one model's versions, or with null of all models'. */
export interface TableRef {
  group: string;
  model: string | null;
}

function viewsKey({ group, model }: TableRef) {
  return ["saved-views", group, model];
}

function viewsPath({ group, model }: TableRef): string {
  const query = model === null ? "" : `?${new URLSearchParams({ model })}`;
  return `${apiPath`/groups/${group}/views`}${query}`;
}

/** The views of a table, by name. */
export function useSavedViews(table: TableRef) {
  return useQuery({
    queryKey: viewsKey(table),
    queryFn: ({ signal }) => ask(listOf(savedViewSchema), { path: viewsPath(table), signal }),
  });
}

/** Keeps a view for the group. */
export function useCreateView(table: TableRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (view: SavedViewRequest) => tell({ method: "POST", path: viewsPath(table), body: view }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: viewsKey(table) }),
  });
}

/** Writes a view anew. */
export function useChangeView(table: TableRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, view }: { id: string; view: SavedViewRequest }) =>
      tell({ method: "PUT", path: apiPath`/groups/${table.group}/views/${id}`, body: view }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: viewsKey(table) }),
  });
}

/** Deletes a view. */
export function useDeleteView(table: TableRef) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => tell({ method: "DELETE", path: apiPath`/groups/${table.group}/views/${id}` }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: viewsKey(table) }),
  });
}
