import { Table, Text } from "@mantine/core";
import type { Signature, SignatureField } from "@slipway/contracts/api/model";
import { ScrollBox } from "#components/scroll-box.tsx";
import { Section } from "#components/value-table.tsx";
import { MISSING } from "#lib/format.ts";

/** What goes in and comes out, with types. */
export function SignatureTable({ signature }: { signature: Signature | null }) {
  if (signature === null) {
    return (
      <Section title="Signature">
        <Text size="sm" c="dimmed">
          The version was logged without a signature: Slipway can deploy it, but cannot check inputs or make a
          form.
        </Text>
      </Section>
    );
  }
  const rows = [
    ...signature.inputs.map((field, index) => asRow("Input", field, index)),
    ...signature.outputs.map((field, index) => asRow("Output", field, index)),
    ...signature.params.map((param) => ({
      key: `param:${param.name}`,
      side: "Parameter",
      name: param.name,
      type: param.type,
      note: `default ${JSON.stringify(param.default) ?? "none"}`,
    })),
  ];
  return (
    <Section title="Signature">
      <ScrollBox label="Signature table" style={{ maxHeight: 360 }}>
        <Table className="data-table" verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Part</Table.Th>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Type</Table.Th>
              <Table.Th scope="col">Note</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, side, name, type, note }) => (
              <Table.Tr key={key}>
                <Table.Td>{side}</Table.Td>
                <Table.Td className="break-anywhere">{name}</Table.Td>
                <Table.Td className="mono">{type}</Table.Td>
                <Table.Td>{note}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
    </Section>
  );
}

function asRow(side: string, { name, type, required, tensor }: SignatureField, index: number) {
  return {
    key: `${side}:${index}`,
    side,
    name: name ?? MISSING,
    type: tensor === null ? type : `tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`,
    note: side === "Input" && !required ? "optional" : "",
  };
}
