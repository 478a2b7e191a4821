/** What is compared, as the page's URL says it. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useComparedVersions } from "#data/compared-versions.ts";
import { formatVersions, parseVersions, type VersionChoice } from "#lib/version-choice.ts";

const route = getRouteApi("/signed-in/g/$group/compare");
type Search = ReturnType<typeof route.useSearch>;

/** Reads the view and changes parts of it; another choice of versions is pushed, so that one can go back. */
export function useComparison() {
  const { group } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const choices = useMemo(() => parseVersions(search.versions ?? ""), [search.versions]);
  function change(part: Search, { push = false } = {}): void {
    void navigate({ search: (old) => ({ ...old, ...part }), replace: !push, resetScroll: false });
  }
  function choose(next: VersionChoice[]): void {
    change({ versions: formatVersions(next) }, { push: true });
  }
  return { group, search, choices, change, choose };
}

/** A version that is compared, as far as it could be read. */
export interface ComparedColumn extends VersionChoice {
  /** `v3`, and the model where there are several. */
  label: string;
  query: ReturnType<typeof useComparedVersions>[number];
}

/** The versions of the comparison with what is known of each. */
export function useColumns(group: string, choices: VersionChoice[]): ComparedColumn[] {
  const queries = useComparedVersions(group, choices);
  const several = new Set(choices.map(({ name }) => name)).size > 1;
  return choices.flatMap(({ name, version }, index) => {
    const query = queries[index];
    const label = several ? `${name} v${version}` : `v${version}`;
    return query === undefined ? [] : [{ name, version, label, query }];
  });
}

/** Whether two choices are the same version. */
export function sameVersion(a: VersionChoice, b: VersionChoice): boolean {
  return a.name === b.name && a.version === b.version;
}
