/** Who changed what in a group's MLflow. */
import { auditEntrySchema } from "@slipway/contracts/api/audit";
import { listOf } from "@slipway/contracts/api/list";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { apiPath, ask } from "./api.ts";

const POLL_MS = 10_000;
const PAGE_SIZE = 100;

/** The entries of a group, or of one model, newest first, page after page. */
export function useAudit(group: string, model: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["audit", group, model ?? ""],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
      if (model !== undefined) query.set("model", model);
      if (pageParam !== null) query.set("pageToken", pageParam);
      return ask(listOf(auditEntrySchema), { path: `${apiPath`/groups/${group}/audit`}?${query}`, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
}
