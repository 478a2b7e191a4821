/** Registered models and their versions. The pages stay current by polling while they are open. */
import {
  modelVersionDetailSchema,
  modelVersionListSchema,
  registeredModelDetailSchema,
  registeredModelListSchema,
} from "@slipway/contracts/api/model";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { aliasOf } from "#lib/read-model-uri.ts";
import { apiPath, ask } from "./api.ts";

const POLL_MS = 4_000;
const PAGE_SIZE = 100;

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

/** A registered model, with the keys that its versions table can show. */
export function useModel(group: string, name: string, { enabled = true } = {}) {
  return useQuery({
    queryKey: ["model", group, name],
    queryFn: ({ signal }) =>
      ask(registeredModelDetailSchema, {
        path: `${apiPath`/groups/${group}/models/${name}`}?allowStale=true`,
        signal,
      }),
    refetchInterval: POLL_MS,
    enabled,
  });
}

/** The version that the alias of a model URI means now; null without an alias, or while that is not known. */
export function useAliasVersion(group: string, modelUri: string): string | null {
  const alias = aliasOf(modelUri);
  const model = useModel(group, alias?.name ?? "", { enabled: alias !== null });
  return model.data?.aliases.find((each) => each.alias === alias?.alias)?.version ?? null;
}

export interface VersionsView {
  group: string;
  name: string;
  /** `params.C,metrics.accuracy` */
  columns: string;
  /** `metrics.accuracy desc` */
  orderBy: string;
  /** `metrics.accuracy > 0.9`; empty for all. */
  filter: string;
}

/** The versions of a model, sorted and filtered by the server, page after page. */
export function useVersions({ group, name, columns, orderBy, filter }: VersionsView) {
  return useInfiniteQuery({
    queryKey: ["versions", group, name, columns, orderBy, filter],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ orderBy, pageSize: String(PAGE_SIZE), allowStale: "true" });
      if (columns !== "") query.set("columns", columns);
      if (filter !== "") query.set("filter", filter);
      if (pageParam !== null) query.set("pageToken", pageParam);
      return ask(modelVersionListSchema, {
        path: `${apiPath`/groups/${group}/models/${name}/versions`}?${query}`,
        signal,
      });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
}

/** Everything about one version. */
export function useVersion(group: string, name: string, version: string) {
  return useQuery({
    queryKey: ["version", group, name, version],
    queryFn: ({ signal }) =>
      ask(modelVersionDetailSchema, {
        path: apiPath`/groups/${group}/models/${name}/versions/${version}`,
        signal,
      }),
    refetchInterval: 2 * POLL_MS,
  });
}
