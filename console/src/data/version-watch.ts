/** Keeps a long list of versions current: of its many pages only the one in view is read again. */
import type { RegistryVersionList } from "@slipway/contracts/api/model";
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  askVersions,
  isShort,
  POLL_MS,
  type VersionPages,
  type VersionsView,
  versionsKey,
} from "./models.ts";

export interface VersionWatch {
  /** How many versions there are more than were listed, where the list is not what it was; null while it is. */
  changed: { more: number } | null;
  /** Lists the versions anew, from the first page on. */
  refresh: () => void;
}

/**
 * Watches a list that is too long to be read again as a whole, at the page in view, counted from 0. A change that was seen there
 * is told until the list is refreshed, wherever one scrolls.
 */
export function useVersionWatch(
  view: VersionsView,
  pages: RegistryVersionList[],
  inView: number,
): VersionWatch {
  const client = useQueryClient();
  const key = versionsKey(view);
  const changedKey = ["versions-changed", ...key];
  const at = Math.min(inView, pages.length - 1);
  const enabled = !isShort(pages.length);
  useQuery({
    queryKey: ["version-watch", ...key, at],
    queryFn: async ({ signal }) => {
      const pageToken = client.getQueryData<VersionPages>(key)?.pageParams[at] ?? null;
      const fresh = await askVersions(view, pageToken, signal);
      const known = client.getQueryData<VersionPages>(key);
      const old = known?.pages[at];
      if (known === undefined || old === undefined) return null;
      if (isSameList(old, fresh)) client.setQueryData<VersionPages>(key, withPage(known, at, fresh));
      else client.setQueryData(changedKey, { more: fresh.total - old.total });
      return null;
    },
    enabled,
    // It was read a moment ago: one who scrolls by reads no page twice.
    initialData: null,
    staleTime: POLL_MS,
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  const changed = useQuery<VersionWatch["changed"]>({
    queryKey: changedKey,
    queryFn: skipToken,
    initialData: null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    changed: enabled ? (changed.data ?? null) : null,
    refresh: () => {
      client.setQueryData(changedKey, null);
      client.setQueryData<VersionPages>(
        key,
        (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) },
      );
      void client.refetchQueries({ queryKey: key, exact: true });
    },
  };
}

/** The list with a page as it is now; what is told of the whole list stands on its first page. */
function withPage(list: VersionPages, at: number, fresh: RegistryVersionList): VersionPages {
  const { asOf, problem, complete, warning } = fresh;
  const pages = list.pages.map((page, index) => {
    if (index === at) return fresh;
    return index === 0 ? { ...page, asOf, problem, complete, warning } : page;
  });
  return { ...list, pages };
}

/** Whether the same versions stand in the same places; their values may be others. */
function isSameList(old: RegistryVersionList, fresh: RegistryVersionList): boolean {
  const places = (page: RegistryVersionList) =>
    JSON.stringify(page.items.map(({ name, version, registeredAt }) => [name, version, registeredAt]));
  return old.total === fresh.total && places(old) === places(fresh);
}
