/** Versions that are looked at beside each other, each read on its own: one that cannot be read takes none of the others with it. */
import { modelVersionListSchema } from "@slipway/contracts/api/model";
import { useQueries, useQuery } from "@tanstack/react-query";
import type { VersionChoice } from "#lib/version-choice.ts";
import { apiPath, ask } from "./api.ts";
import { versionQuery } from "./models.ts";

const POLL_MS = 15_000;

/** The newest versions that a chart shows at most. */
export const CHARTED_MAX = 500;

/** Everything about each of the versions, in their order. */
export function useComparedVersions(group: string, choices: VersionChoice[]) {
  return useQueries({
    queries: choices.map((choice) => ({ ...versionQuery({ group, ...choice }), refetchInterval: POLL_MS })),
  });
}

interface NewestOptions {
  group: string;
  name: string;
  /** `metrics.accuracy`; empty for none. */
  columns?: string;
  /** `version < 3`; empty for all. */
  filter?: string;
  size?: number;
}

/** The newest versions of a model, in one answer. */
export function useNewestVersions({
  group,
  name,
  columns = "",
  filter = "",
  size = CHARTED_MAX,
}: NewestOptions) {
  return useQuery({
    queryKey: ["newest-versions", group, name, columns, filter, size],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ orderBy: "version desc", pageSize: `${size}`, allowStale: "true" });
      if (columns !== "") query.set("columns", columns);
      if (filter !== "") query.set("filter", filter);
      return ask(modelVersionListSchema, {
        path: `${apiPath`/groups/${group}/models/${name}/versions`}?${query}`,
        signal,
      });
    },
    refetchInterval: POLL_MS,
    enabled: name !== "",
  });
}
