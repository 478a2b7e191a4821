import { Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { nextSort, type Sort } from "#lib/table-view.ts";
import { ScrollBox } from "./scroll-box.tsx";

const VIRTUAL_FROM_ROWS = 200;
const ROW_HEIGHT = 41;

/** A column of a table. */
export interface Column<Row> {
  key: string;
  title: string;
  /** A small word above the title, e.g. the kind of a chosen column. */
  kind?: string;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  descendingFirst?: boolean;
  align?: "numeric" | "last-action";
  /** In pixels; long tables have columns of fixed width. */
  width?: number;
}

interface DataTableProps<Row> {
  label: string;
  rows: Row[];
  rowKey: (row: Row) => string;
  columns: Column<Row>[];
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}

/** A table that scrolls in its own box, sorts by its headers and draws only the rows in view when there are many. */
export function DataTable<Row>({ label, rows, rowKey, columns, sort, onSort }: DataTableProps<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = rows.length > VIRTUAL_FROM_ROWS;
  const virtualizer = useVirtualizer({
    count: virtual ? rows.length : 0,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const shown = virtual ? rows.slice(first, (items.at(-1)?.index ?? 60) + 1) : rows;
  const above = virtual ? first * ROW_HEIGHT : 0;
  const below = virtual ? (rows.length - first - shown.length) * ROW_HEIGHT : 0;
  return (
    <ScrollBox
      ref={box}
      label={label}
      style={virtual ? { maxHeight: "calc(100dvh - 14rem)", minHeight: "20rem" } : {}}
    >
      <Table
        className="data-table"
        highlightOnHover
        verticalSpacing={8}
        aria-rowcount={virtual ? rows.length + 1 : undefined}
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
          {shown.map((row, index) => (
            <Table.Tr
              key={rowKey(row)}
              aria-rowindex={virtual ? first + index + 2 : undefined}
              style={virtual ? { height: ROW_HEIGHT } : {}}
            >
              {columns.map((column) => (
                <Table.Td key={column.key} className={column.align}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
          {below > 0 ? <tr style={{ height: below }} aria-hidden /> : null}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

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
  if (!column.sortable || !sort || !onSort) {
    return (
      <Table.Th scope="col" className={column.align} w={column.width}>
        {title}
      </Table.Th>
    );
  }
  return (
    <Table.Th scope="col" className={column.align} w={column.width} aria-sort={direction}>
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
