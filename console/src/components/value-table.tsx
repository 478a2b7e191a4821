import { Paper, Table, Text, TextInput, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ScrollBox } from "./scroll-box.tsx";

const SEARCH_FROM = 10;

/** A name and its value, with what a title says of it. */
export interface NamedValue {
  name: string;
  value: ReactNode;
  /** The value as text, for search and titles. */
  text: string;
}

/** A titled card of a page. */
export function Section({
  title,
  children,
  beside,
}: {
  title: string;
  children: ReactNode;
  beside?: ReactNode;
}) {
  return (
    <Paper withBorder p="md" component="section" style={{ minWidth: 0 }}>
      <div
        style={{
          display: "flex",
          justifyContent: "space-between",
          alignItems: "center",
          gap: 8,
          marginBottom: 8,
          flexWrap: "wrap",
        }}
      >
        <Title order={2}>{title}</Title>
        {beside}
      </div>
      {children}
    </Paper>
  );
}

interface ValueTableProps {
  title: string;
  values: NamedValue[];
  /** What is said when there are none. */
  none: string;
  numeric?: boolean;
  /** Beside the title: what can be done to all of them. */
  action?: ReactNode;
}

/** Parameters, metrics or tags: a small table with a search when it is long. */
export function ValueTable({ title, values, none, numeric = false, action }: ValueTableProps) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = values.filter(({ name, text }) => `${name}\n${text}`.toLowerCase().includes(wanted));
  return (
    <Section
      title={title}
      beside={
        <>
          {values.length > SEARCH_FROM ? (
            <TextInput
              size="xs"
              aria-label={`Search ${title.toLowerCase()}`}
              placeholder={`Search ${values.length}`}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          ) : null}
          {action}
        </>
      }
    >
      {values.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <ScrollBox label={`${title} table`} style={{ maxHeight: 320 }}>
          <Table verticalSpacing={5} className="data-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Name</Table.Th>
                <Table.Th scope="col" className={numeric ? "numeric" : ""}>
                  Value
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map(({ name, value, text }) => (
                <Table.Tr key={name}>
                  <Table.Td className="break-anywhere">{name}</Table.Td>
                  <Table.Td className={numeric ? "numeric" : "break-anywhere"} title={text}>
                    {value}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {found.length === 0 ? (
            <Text size="sm" c="dimmed" py="xs">
              Nothing matches.
            </Text>
          ) : null}
        </ScrollBox>
      )}
    </Section>
  );
}
