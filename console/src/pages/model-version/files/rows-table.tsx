import { Table, Text } from "@mantine/core";
import Papa from "papaparse";
import { useMemo } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";
import { plural } from "#lib/format.ts";

const ROWS_MAX = 200;
const COLUMNS_MAX = 100;

interface RowsProps {
  text: string;
  /** Whether the text is only the beginning, so that its last row may be cut. */
  truncated: boolean;
  label: string;
}

/** The first rows of comma- or tab-separated values. */
export function RowsTable({ text, truncated, label }: RowsProps) {
  const { header, rows, isAll } = useMemo(() => readRows(text, truncated), [text, truncated]);
  const columns = header.slice(0, COLUMNS_MAX);
  return (
    <>
      <ScrollBox label={label} style={{ maxHeight: 480 }}>
        <Table verticalSpacing={4} className="data-table" fz="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" className="numeric">
                #
              </Table.Th>
              {columns.map((title, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; titles may repeat
                <Table.Th key={at} scope="col">
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
              <Table.Tr key={index}>
                <Table.Td className="numeric" c="dimmed">
                  {index + 1}
                </Table.Td>
                {columns.map((_, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                  <Table.Td key={at} className="one-line" maw={320} title={row[at]}>
                    {row[at]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
      <Text size="sm" c="dimmed">
        {isAll ? plural(rows.length, "row") : `The first ${plural(rows.length, "row")}`}
        {header.length > COLUMNS_MAX ? `, the first ${COLUMNS_MAX} of ${header.length} columns` : ""}
      </Text>
    </>
  );
}

function readRows(text: string, truncated: boolean) {
  // Two more than are shown tell whether there are more, also where the last is cut.
  const { data } = Papa.parse<string[]>(text, { preview: ROWS_MAX + 2, skipEmptyLines: "greedy" });
  const [header = [], ...all] = data;
  const isAll = !truncated && all.length <= ROWS_MAX;
  const whole = truncated && all.length <= ROWS_MAX ? all.slice(0, -1) : all;
  return { header, rows: whole.slice(0, ROWS_MAX), isAll };
}
