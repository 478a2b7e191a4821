import { Table, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, startTransition, useEffect, useEffectEvent, useRef, useState } from "react";
import { nextSort, type Sort } from "#lib/table-view.ts";
import { useRowKeys } from "./row-keys.ts";
import { ScrollBox } from "./scroll-box.tsx";

const VIRTUAL_FROM_ROWS = 200;
/** A list that comes in pages scrolls in its box before its second page is there, so that nothing jumps when it comes. */
const VIRTUAL_FROM_PAGED = 100;
/** Drawn beyond what is in view, once that has been painted. */
const OVERSCAN_ROWS = 10;
/** What the box of a long table leaves of the window's height. */
const AROUND_BOX_REM = 14;
const ROW_HEIGHT = 41;
const HEADER_HEIGHT = 41;

/** A column of a table. */
export interface Column<Row> {
  key: string;
  title: string;
  /** A small word above the title, e.g. the kind of a chosen column. */
  kind?: string;
  /** Shown on hover over the title. */
  hint?: string;
  /** Only read out, not seen. */
  titleHidden?: boolean;
  cell(row: Row): ReactNode;
  sortable?: boolean;
  descendingFirst?: boolean;
  align?: "numeric" | "last-action";
  /** In pixels; long tables have columns of fixed width. */
  width?: number;
}

/** A list of which the rows are the part that is loaded. */
interface Paging {
  /** Of all rows, also those that are not loaded. */
  total: number;
  /** Names the list: another one is shown from its beginning. */
  list: string;
  /** Told which rows are in view, the first and the last one, and again when more are loaded. */
  onShown: (first: number, last: number) => void;
}

interface DataTableProps<Row> {
  label: string;
  rows: Row[];
  rowKey: (row: Row) => string;
  /** The same as long as the cells are, so that rows are not drawn anew while one scrolls. */
  columns: Column<NoInfer<Row>>[];
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  paging?: Paging;
  isSelected?: (row: Row) => boolean;
  /** Makes the rows walkable by keyboard, and tells of each other key on a row; says whether it means something. */
  onRowKey?: (key: string, row: Row, element: HTMLElement) => boolean;
}

/** A table that scrolls in its own box, sorts by its headers and draws only the rows in view when there are many. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, rowKey, columns, sort, onSort, paging, isSelected, onRowKey } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = rows.length > VIRTUAL_FROM_ROWS || (paging?.total ?? 0) > VIRTUAL_FROM_PAGED;
  const [initialRect] = useState(() => ({ width: 0, height: boxHeightMax() }));
  const [overscan, setOverscan] = useState(0);
  useEffect(() => startTransition(() => setOverscan(OVERSCAN_ROWS)), []);
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan,
    // Until the box is measured.
    initialRect,
    scrollPaddingEnd: HEADER_HEIGHT,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const shown = virtual ? rows.slice(first, (items.at(-1)?.index ?? -1) + 1) : rows;
  const above = virtual ? first * ROW_HEIGHT : 0;
  const below = virtual ? (rows.length - first - shown.length) * ROW_HEIGHT : 0;
  const range = virtualizer.range;
  useShown(paging, range?.startIndex ?? 0, range?.endIndex ?? 0, rows.length);
  const list = paging?.list;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
  }, [list]);
  const { active, activate } = useRowKeys({
    ...{ box, rows, rowKey, onKey: onRowKey, firstShown: range?.startIndex ?? 0 },
    scrollTo: (index) => {
      if (virtual) virtualizer.scrollToIndex(index);
    },
  });
  return (
    <ScrollBox
      ref={box}
      label={label}
      style={virtual ? { maxHeight: `calc(100dvh - ${AROUND_BOX_REM}rem)`, minHeight: "20rem" } : {}}
    >
      <Table
        className="data-table"
        data-virtual={virtual || undefined}
        highlightOnHover
        verticalSpacing={8}
        aria-rowcount={virtual ? (paging?.total ?? rows.length) + 1 : undefined}
        layout={virtual ? "fixed" : "auto"}
        style={virtual ? { minWidth: columns.reduce((sum, column) => sum + (column.width ?? 160), 0) } : {}}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Header key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {above > 0 ? <tr style={{ height: above }} aria-hidden /> : null}
          {shown.map((row, index) => {
            const key = rowKey(row);
            return (
              <BodyRow
                key={key}
                name={key}
                row={row}
                columns={columns}
                rowIndex={virtual ? first + index + 2 : undefined}
                active={key === active}
                selected={isSelected?.(row) ?? false}
                onFocus={onRowKey && activate}
              />
            );
          })}
          {below > 0 ? <tr style={{ height: below }} aria-hidden /> : null}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

function boxHeightMax(): number {
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return window.innerHeight - AROUND_BOX_REM * remPx;
}

function useShown(paging: Paging | undefined, first: number, last: number, loaded: number): void {
  const onShown = useEffectEvent(() => paging?.onShown(first, last));
  // biome-ignore lint/correctness/useExhaustiveDependencies: told anew when other rows are in view or more are loaded
  useEffect(() => onShown(), [first, last, loaded]);
}

interface BodyRowProps {
  name: string;
  row: unknown;
  columns: Column<unknown>[];
  /** Counted from 1, the header's. */
  rowIndex: number | undefined;
  active: boolean;
  selected: boolean;
  onFocus: ((name: string) => void) | undefined;
}

const BodyRow = memo(function BodyRow(props: BodyRowProps) {
  const { name, row, columns, rowIndex, active, selected, onFocus } = props;
  return (
    <Table.Tr
      data-row={name}
      data-active={active || undefined}
      data-selected={selected || undefined}
      aria-rowindex={rowIndex}
      onFocus={onFocus && (() => onFocus(name))}
    >
      {columns.map((column) => (
        <td key={column.key} className={column.align}>
          {column.cell(row)}
        </td>
      ))}
    </Table.Tr>
  );
});

interface HeaderProps<Row> {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

function Header<Row>({ column, sort, onSort }: HeaderProps<Row>) {
  const active = sort?.key === column.key;
  const direction = active ? (sort.descending ? "descending" : "ascending") : "none";
  const Icon = active ? (sort.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort;
  const title = (
    <>
      {column.kind ? `${column.kind} ` : ""}
      {column.title}
    </>
  );
  const look = { className: column.align, w: column.width, title: column.hint };
  if (!column.sortable || !sort || !onSort) {
    return (
      <Table.Th scope="col" {...look}>
        {column.titleHidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
      </Table.Th>
    );
  }
  return (
    <Table.Th scope="col" {...look} aria-sort={direction}>
      <UnstyledButton
        className="sort-button"
        fz="inherit"
        onClick={() => onSort(nextSort(sort, column.key, column.descendingFirst ?? false))}
      >
        {title}
        <Icon size={14} aria-hidden style={{ opacity: active ? 1 : 0.45 }} />
      </UnstyledButton>
    </Table.Th>
  );
}
