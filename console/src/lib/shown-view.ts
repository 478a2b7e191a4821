/** What a versions table shows: as it stands in the URL, and as the API keeps it. */
import type { SavedView, SavedViewRequest } from "@slipway/contracts/api/saved-view";
import {
  type ColumnChoice,
  columnKey,
  formatColumns,
  formatSort,
  parseColumns,
  parseSort,
  type Sort,
  toOrderBy,
} from "./table-view.ts";

export interface ShownView {
  chosen: ColumnChoice[];
  sort: Sort;
  filter: string;
  /** Of each model only the version that stands first. */
  firstOfEach: boolean;
}

/** The search part of the URL of a versions table. */
export interface ViewSearch {
  columns?: string | undefined;
  sort?: string | undefined;
  filter?: string | undefined;
  best?: string | undefined;
}

/** What the versions table of a model shows under a URL that may leave the columns to those that a person chose last. */
export function modelView(search: ViewSearch, remembered: string): ShownView {
  return {
    chosen: parseColumns(search.columns ?? remembered),
    sort: parseSort(search.sort, { key: "version", descending: true }),
    filter: search.filter ?? "",
    firstOfEach: false,
  };
}

/** What the versions table of all models shows under a URL. */
export function allModelsView(search: ViewSearch): ShownView {
  return {
    chosen: parseColumns(search.columns ?? ""),
    sort: parseSort(search.sort, { key: "registeredAt", descending: true }),
    filter: search.filter ?? "",
    firstOfEach: search.best === "true",
  };
}

/** What the API is asked for, so that it can be shown. */
export function askedOf({ chosen, sort, filter, firstOfEach }: ShownView) {
  return { columns: formatColumns(chosen), orderBy: toOrderBy(sort), filter, firstOfEach };
}

/** The search part of a URL that shows just this. */
export function viewSearch({ chosen, sort, filter, firstOfEach }: ShownView) {
  return {
    columns: formatColumns(chosen),
    sort: formatSort(sort),
    ...(filter === "" ? {} : { filter }),
    ...(firstOfEach ? { best: "true" } : {}),
  };
}

/** Whether both show the same. */
export function isSameView(a: ShownView, b: ShownView): boolean {
  return JSON.stringify(viewSearch(a)) === JSON.stringify(viewSearch(b));
}

/** Reads a view that the API keeps. */
export function fromSavedView({ columns, orderBy, filter, firstOfEach }: SavedView): ShownView {
  const [, key = "", direction] = /^(.*?)(?:\s+(asc|desc))?$/s.exec(orderBy) ?? [];
  return {
    chosen: parseColumns(columns.join(",")),
    sort: { key, descending: direction === "desc" },
    ...{ filter, firstOfEach },
  };
}

/** Writes a view as the API keeps it. */
export function toSavedView(
  name: string,
  { chosen, sort, filter, firstOfEach }: ShownView,
): SavedViewRequest {
  return { name, columns: chosen.map(columnKey), orderBy: toOrderBy(sort), filter, firstOfEach };
}

const DEPLOYED = "deployedBy is not null";

/** Whether a filter leaves what is deployed alone, as {@link filterDeployed} writes it. */
export function isDeployedOnly(filter: string): boolean {
  return filter === DEPLOYED || filter.startsWith(`${DEPLOYED} and `);
}

/** Adds the condition that a version is deployed to a filter, or takes it away. */
export function filterDeployed(filter: string, deployed: boolean): string {
  if (!deployed) return filter === DEPLOYED ? "" : filter.slice(`${DEPLOYED} and `.length);
  if (filter === "") return DEPLOYED;
  const isOne = !/\bor\b/i.test(filter) || /^\([^()]*\)$/.test(filter);
  return `${DEPLOYED} and ${isOne ? filter : `(${filter})`}`;
}
