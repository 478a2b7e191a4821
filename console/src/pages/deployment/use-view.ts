/** What the page's URL says is shown: each view has one that reproduces it. */
import { getRouteApi } from "@tanstack/react-router";

const route = getRouteApi("/signed-in/g/$group/deployments/$id");
type Search = ReturnType<typeof route.useSearch>;

/** Reads the view and changes parts of it; a change that one may want to go back from is pushed. */
export function useView() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  function change(part: Search, { push = false } = {}): void {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: !push });
  }
  /** Another tab begins with a view of its own. */
  function openTab(tab: string): void {
    void navigate({ search: { tab: tab === "overview" ? undefined : tab }, replace: true });
  }
  return { search, change, openTab };
}
