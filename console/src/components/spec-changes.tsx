import { Table, Text } from "@mantine/core";
import type { SpecChange } from "@slipway/contracts/api/rollout";
import { ScrollBox } from "./scroll-box.tsx";

interface SpecChangesProps {
  /** Tells the tables of a page apart. */
  label?: string;
  changes: SpecChange[];
  /** What the two columns of values are: "runs now", "revision 4". */
  from: string;
  to: string;
  /** What is said when nothing differs. */
  none: string;
}

/** What differs between two specs, field by field. */
export function SpecChanges({ label = "What differs", changes, from, to, none }: SpecChangesProps) {
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    );
  }
  return (
    <ScrollBox label={label}>
      <Table className="data-table stacked" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="26%">
              Field
            </Table.Th>
            <Table.Th scope="col">{from}</Table.Th>
            <Table.Th scope="col">{to}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change) => (
            <Table.Tr key={change.field}>
              <Table.Td className="break-anywhere">{change.field}</Table.Td>
              <Table.Td className="break-anywhere spec-before" data-column={from}>
                {change.from}
              </Table.Td>
              <Table.Td className="break-anywhere spec-after" data-column={to}>
                {change.to}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}
