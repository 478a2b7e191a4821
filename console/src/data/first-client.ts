/** Tokens that were shown once: kept in memory until the page is left, never stored. */
import { type QueryClient, skipToken, useQuery } from "@tanstack/react-query";

/** A client and the token that the API showed once. */
export interface ShownClient {
  name: string;
  token: string;
}

function shownClientKey({ group, id }: { group: string; id: string }): string[] {
  return ["shown-client", group, id];
}

/** Keeps a client's token for the snippets of its deployment. */
export function rememberClient(
  queryClient: QueryClient,
  deployment: { group: string; id: string },
  client: ShownClient,
): void {
  queryClient.setQueryDefaults(["shown-client"], {
    gcTime: Number.POSITIVE_INFINITY,
    staleTime: Number.POSITIVE_INFINITY,
  });
  queryClient.setQueryData(shownClientKey(deployment), client);
}

/** A revoked client's token is of no more use in the snippets. */
export function forgetClient(
  queryClient: QueryClient,
  deployment: { group: string; id: string },
  name: string,
): void {
  const shown = queryClient.getQueryData<ShownClient>(shownClientKey(deployment));
  if (shown?.name === name) queryClient.removeQueries({ queryKey: shownClientKey(deployment) });
}

/** The client whose token was shown in this page's life; null when there is none. */
export function useShownClient(deployment: { group: string; id: string }): ShownClient | null {
  const query = useQuery<ShownClient>({ queryKey: shownClientKey(deployment), queryFn: skipToken });
  return query.data ?? null;
}
