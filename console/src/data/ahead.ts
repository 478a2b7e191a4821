/** Answers that a page needs, asked for while its script still loads: it finds them in the cache, or on their way. */
import type { QueryClient } from "@tanstack/react-query";
import { allModelsView, askedOf, modelView, type ViewSearch } from "#lib/shown-view.ts";
import { rememberedColumns } from "./column-choice.ts";
import { meQuery } from "./identity.ts";
import { modelQuery, versionsQuery } from "./models.ts";
import { registryColumnsQuery } from "./registry.ts";

interface Ahead {
  queryClient: QueryClient;
  group: string;
  search: ViewSearch;
}

/** What the page of a model asks for, once it is known who is signed in. What fails is asked again, and told, by the page. */
export function askModelAhead(name: string, { queryClient, group, search }: Ahead): void {
  const me = queryClient.getQueryData(meQuery.queryKey);
  if (me === undefined) return;
  const asked = askedOf(modelView(search, rememberedColumns(me.username, { group, model: name })));
  void queryClient.prefetchQuery(modelQuery(group, name));
  void queryClient.prefetchInfiniteQuery(versionsQuery({ group, name, ...asked }));
}

/** What the page of all versions asks for. */
export function askAllVersionsAhead({ queryClient, group, search }: Ahead): void {
  const asked = askedOf(allModelsView(search));
  void queryClient.prefetchQuery(registryColumnsQuery(group));
  void queryClient.prefetchInfiniteQuery(versionsQuery({ group, name: null, ...asked }));
}
