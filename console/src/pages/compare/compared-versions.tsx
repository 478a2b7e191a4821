import { Group, Stack, Switch, Table, Text, VisuallyHidden } from "@mantine/core";
import { CopyIcon } from "#components/copy.tsx";
import { ScrollBox } from "#components/scroll-box.tsx";
import { MISSING, plural } from "#lib/format.ts";
import { markdownTable } from "#lib/markdown-table.ts";
import {
  type ComparedCell,
  type ComparedRow,
  type ComparedSection,
  compareVersions,
} from "#lib/version-comparison.ts";
import { type ComparedColumn, useComparison } from "./use-comparison.ts";
import { VersionHead } from "./version-head.tsx";
import "./compare.css";

/** How the URL says that equal rows are hidden. */
const DIFFERENCES = "differences";
const TEXT_MAX = 300;

/** The versions side by side, a column each. */
export function ComparedVersions({ columns }: { columns: ComparedColumn[] }) {
  const { search, change } = useComparison();
  const only = search.only === DIFFERENCES;
  const sections = compareVersions(columns.map(({ query }) => query.data ?? null));
  const rows = sections.flatMap((section) => section.rows);
  const differing = rows.filter(({ differs }) => differs).length;
  const baseline = columns.findIndex(({ query }) => query.data !== undefined);
  return (
    <Stack gap="xs">
      <Group gap="md">
        <Switch
          label="Only differences"
          checked={only}
          onChange={({ currentTarget }) => change({ only: currentTarget.checked ? DIFFERENCES : undefined })}
        />
        <Text size="sm" c="dimmed" aria-live="polite">
          {differing} of {plural(rows.length, "row")} differ
        </Text>
        <CopyIcon
          text={markdownTable(
            columns.map(({ label }) => label),
            sections.map((section) => ({ ...section, rows: shownRows(section, only) })),
          )}
          what="the table as Markdown"
        />
      </Group>
      <ScrollBox label="Comparison" className="scroll-box compare-box">
        <Table className="data-table compare-table" verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" className="compare-corner">
                <VisuallyHidden>Property</VisuallyHidden>
              </Table.Th>
              {columns.map((column, index) => (
                <VersionHead
                  key={`${column.name}/${column.version}`}
                  column={column}
                  isBaseline={index === baseline}
                />
              ))}
            </Table.Tr>
          </Table.Thead>
          {sections.map((section) => (
            <SectionRows
              key={section.title}
              section={section}
              only={only}
              columns={columns}
              baseline={columns[baseline]?.label ?? ""}
            />
          ))}
        </Table>
      </ScrollBox>
    </Stack>
  );
}

function shownRows({ rows }: ComparedSection, only: boolean): ComparedRow[] {
  return only ? rows.filter(({ differs }) => differs) : rows;
}

interface SectionProps {
  section: ComparedSection;
  only: boolean;
  columns: ComparedColumn[];
  /** What the first version that could be read is called. */
  baseline: string;
}

function SectionRows({ section, only, columns, baseline }: SectionProps) {
  const rows = shownRows(section, only);
  const hidden = section.rows.length - rows.length;
  return (
    <Table.Tbody>
      <Table.Tr>
        <Table.Th scope="rowgroup" colSpan={columns.length + 1} className="compare-section">
          <span>
            {section.title}
            <Text span size="xs" c="dimmed" fw={400}>
              {noteOf(section.rows.length, hidden)}
            </Text>
          </span>
        </Table.Th>
      </Table.Tr>
      {rows.map((row) => (
        <Table.Tr key={row.key}>
          <Table.Th scope="row" className="break-anywhere">
            {row.label}
          </Table.Th>
          {row.cells.map((cell, index) => (
            <Cell key={columns[index]?.label} cell={cell} baseline={baseline} />
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}

function noteOf(count: number, hidden: number): string {
  if (count === 0) return " none";
  if (hidden === 0) return "";
  return hidden === count ? ` all ${count} equal` : ` ${plural(hidden, "equal row")} hidden`;
}

interface CellProps {
  cell: ComparedCell | null;
  baseline: string;
}

function Cell({ cell, baseline }: CellProps) {
  if (cell === null) {
    return (
      <Table.Td c="dimmed" title="not read">
        …
      </Table.Td>
    );
  }
  const { text, full, differs, delta, extreme } = cell;
  const shown = text === null ? MISSING : text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  return (
    <Table.Td
      className="break-anywhere"
      data-differs={differs || undefined}
      title={text === null ? "absent" : (full ?? undefined)}
    >
      {differs && delta === null ? (
        <span className="compare-mark" role="img" aria-label={`differs from ${baseline}:`}>
          ≠
        </span>
      ) : null}
      {shown}
      {extreme === null ? null : (
        <Text span size="xs" c="dimmed">
          {` ${extreme}`}
        </Text>
      )}
      {delta === null ? null : (
        <Text size="xs" c="dimmed" title={`against ${baseline}`}>
          {delta}
        </Text>
      )}
    </Table.Td>
  );
}
