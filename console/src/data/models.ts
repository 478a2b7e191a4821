/** Registered models and their versions. The pages stay current by polling while they are open. */
import {
  modelVersionDetailSchema,
  modelVersionListSchema,
  type RegistryVersionList,
  registeredModelDetailSchema,
  registeredModelListSchema,
  registryVersionListSchema,
} from "@slipway/contracts/api/model";
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { aliasOf } from "#lib/read-model-uri.ts";
import { apiPath, ask } from "./api.ts";

/** How often what may have changed is read again. */
export const POLL_MS = 4_000;
/** Versions on a page. */
export const PAGE_SIZE = 100;
const LIVE_PAGES_MAX = 3;

/** All registered models of a group's MLflow. */
export function useModels(group: string, { enabled = true } = {}) {
  return useQuery({
    queryKey: ["models", group],
    queryFn: ({ signal }) =>
      ask(registeredModelListSchema, { path: `${apiPath`/groups/${group}/models`}?allowStale=true`, signal }),
    refetchInterval: POLL_MS,
    enabled,
  });
}

/** How a registered model is asked for. */
export function modelQuery(group: string, name: string) {
  return queryOptions({
    queryKey: ["model", group, name],
    queryFn: ({ signal }) =>
      ask(registeredModelDetailSchema, {
        path: `${apiPath`/groups/${group}/models/${name}`}?allowStale=true`,
        signal,
      }),
  });
}

/** A registered model, with the keys that its versions table can show. */
export function useModel(group: string, name: string, { enabled = true } = {}) {
  return useQuery({ ...modelQuery(group, name), refetchInterval: POLL_MS, enabled });
}

/** The version that the alias of a model URI means now; null without an alias, or while that is not known. */
export function useAliasVersion(group: string, modelUri: string): string | null {
  const alias = aliasOf(modelUri);
  const model = useModel(group, alias?.name ?? "", { enabled: alias !== null });
  return model.data?.aliases.find((each) => each.alias === alias?.alias)?.version ?? null;
}

export interface VersionsView {
  group: string;
  /** Null for the versions of all models. */
  name: string | null;
  /** `params.C,metrics.accuracy` */
  columns: string;
  /** `metrics.accuracy desc` */
  orderBy: string;
  /** `metrics.accuracy > 0.9`; empty for all. */
  filter: string;
  /** Of all models, of each only the version that stands first. */
  firstOfEach?: boolean;
}

/** The pages of a list, as they lie in the cache of answers. */
export type VersionPages = InfiniteData<RegistryVersionList, string | null>;

/** Names the list in the cache of answers. */
export function versionsKey({ group, name, columns, orderBy, filter, firstOfEach = false }: VersionsView) {
  return ["versions", group, name, columns, orderBy, filter, firstOfEach];
}

/** Whether a list has so few pages that all of them are read again each time. */
export function isShort(pages: number): boolean {
  return pages <= LIVE_PAGES_MAX;
}

/** How a list of versions is asked for. */
export function versionsQuery(view: VersionsView) {
  return infiniteQueryOptions({
    queryKey: versionsKey(view),
    queryFn: ({ signal, pageParam }) => askVersions(view, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken ?? null,
  });
}

/** The versions of a model or of all, sorted and filtered by the server, page after page. A long list is watched instead of read again. */
export function useVersions(view: VersionsView) {
  const isLive = ({ state }: { state: { data: { pages: unknown[] } | undefined } }) =>
    isShort(state.data?.pages.length ?? 0);
  return useInfiniteQuery({
    ...versionsQuery(view),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (isLive(query) ? POLL_MS : false),
    refetchOnMount: isLive,
    refetchOnWindowFocus: isLive,
    refetchOnReconnect: isLive,
  });
}

/** Makes the lists of versions stale, of a model or with null of all. A long one is watched at the page in view, and not read again as a whole. */
export function refreshVersions(client: QueryClient, group: string, name: string | null): void {
  void client.invalidateQueries({
    queryKey: ["versions", group, name],
    predicate: ({ queryKey }) => isShort(client.getQueryData<VersionPages>(queryKey)?.pages.length ?? 0),
  });
}

/** The query part of a list's path, as the API takes it. */
function listParams(view: Omit<VersionsView, "group" | "name">): URLSearchParams {
  const { columns, orderBy, filter, firstOfEach } = view;
  const query = new URLSearchParams({ orderBy, allowStale: "true" });
  if (columns !== "") query.set("columns", columns);
  if (filter !== "") query.set("filter", filter);
  if (firstOfEach) query.set("firstOfEach", "true");
  return query;
}

/** Where all versions of a list are told as CSV. */
export function versionsCsvPath({ group, name, ...view }: VersionsView): string {
  const path =
    name === null
      ? apiPath`/groups/${group}/versions.csv`
      : apiPath`/groups/${group}/models/${name}/versions.csv`;
  return `${path}?${listParams(view)}`;
}

/** Reads a page of a list. */
export async function askVersions(
  { group, name, ...view }: VersionsView,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<RegistryVersionList> {
  const query = listParams(view);
  query.set("pageSize", String(PAGE_SIZE));
  if (pageToken !== null) query.set("pageToken", pageToken);
  if (name === null)
    return ask(registryVersionListSchema, { path: `${apiPath`/groups/${group}/versions`}?${query}`, signal });
  const page = await ask(modelVersionListSchema, {
    path: `${apiPath`/groups/${group}/models/${name}/versions`}?${query}`,
    signal,
  });
  return { ...page, items: page.items.map((version) => ({ ...version, name })) };
}

/** How everything about one version is asked for. */
export function versionQuery({ group, name, version }: { group: string; name: string; version: string }) {
  return queryOptions({
    queryKey: ["version", group, name, version],
    queryFn: ({ signal }) =>
      ask(modelVersionDetailSchema, {
        path: apiPath`/groups/${group}/models/${name}/versions/${version}`,
        signal,
      }),
  });
}

/** Everything about one version. */
export function useVersion(group: string, name: string, version: string) {
  return useQuery({ ...versionQuery({ group, name, version }), refetchInterval: 2 * POLL_MS });
}
