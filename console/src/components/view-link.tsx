import { IconCheck } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TableRef } from "#data/saved-views.ts";
import { type ShownView, viewSearch } from "#lib/shown-view.ts";
import { MenuPageLink, PageLink } from "./links.tsx";

/** The page of a table, showing a view. */
function viewPage({ group, model }: TableRef, view: ShownView) {
  const search = viewSearch(view);
  return model === null
    ? { to: "/g/$group/versions" as const, params: { group }, search }
    : { to: "/g/$group/models/$name" as const, params: { group, name: model }, search };
}

/** Makes the whole address of a view, to send it to somebody. */
export function useViewLink(table: TableRef): (view: ShownView) => string {
  const router = useRouter();
  return (view) => `${window.location.origin}${router.buildLocation(viewPage(table, view)).href}`;
}

interface ViewMenuLinkProps {
  table: TableRef;
  view: ShownView;
  /** Whether the table shows just this. */
  isShown: boolean;
  children: ReactNode;
}

/** An entry of a menu that shows a view; the one that is shown is marked. */
export function ViewMenuLink({ table, view, isShown, children }: ViewMenuLinkProps) {
  return (
    <MenuPageLink
      {...viewPage(table, view)}
      {...(isShown ? { "aria-current": "page" as const } : {})}
      activeOptions={{ exact: true }}
      className="break-anywhere"
      leftSection={<IconCheck size={14} aria-hidden visibility={isShown ? "visible" : "hidden"} />}
    >
      {children}
    </MenuPageLink>
  );
}

/** A text link that shows a view. */
export function ViewLink({
  table,
  view,
  onClick,
  children,
}: Omit<ViewMenuLinkProps, "isShown"> & { onClick: () => void }) {
  return (
    <PageLink {...viewPage(table, view)} onClick={onClick}>
      {children}
    </PageLink>
  );
}
