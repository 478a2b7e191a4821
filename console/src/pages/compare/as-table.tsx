import { Table } from "@mantine/core";
import { ScrollBox } from "#components/scroll-box.tsx";

interface AsTableProps {
  /** Names the table. */
  label: string;
  head: string[];
  rows: string[][];
}

/** What a chart shows, as a table that is folded away. */
export function AsTable({ label, head, rows }: AsTableProps) {
  return (
    <details>
      <summary className="small-summary">As a table</summary>
      <ScrollBox label={label} style={{ maxHeight: 320 }}>
        <Table className="data-table" verticalSpacing={4} data={{ head, body: rows }} />
      </ScrollBox>
    </details>
  );
}
