import { Stack, Text, TextInput } from "@mantine/core";
import type { FieldErrors } from "#lib/field-errors.ts";
import { type MetadataRow, withNewMetadata } from "#lib/spec-form.ts";
import { AddRowButton, RemovableRow } from "./removable-row.tsx";

interface MetadataInputProps {
  rows: MetadataRow[];
  /** `0` → what is wrong with the row. */
  errors: FieldErrors;
  onChange: (rows: MetadataRow[]) => void;
}

/** Key-values that Slipway keeps and shows. */
export function MetadataInput({ rows, errors, onChange }: MetadataInputProps) {
  function change(key: number, next: Partial<MetadataRow>): void {
    onChange(rows.map((row) => (row.key === key ? { ...row, ...next } : row)));
  }
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        For people and tools, e.g. team = fraud. Slipway only keeps and shows it.
      </Text>
      {rows.map((row, index) => (
        <RemovableRow
          key={row.key}
          removeLabel={`Remove entry ${row.name || index + 1}`}
          onRemove={() => onChange(rows.filter((other) => other.key !== row.key))}
        >
          <TextInput
            aria-label={`Key of entry ${index + 1}`}
            placeholder="key"
            value={row.name}
            error={errors[index]}
            spellCheck={false}
            onChange={(event) => change(row.key, { name: event.currentTarget.value })}
            style={{ flex: "1 1 180px" }}
          />
          <TextInput
            aria-label={`Value of entry ${row.name || index + 1}`}
            placeholder="value"
            value={row.value}
            onChange={(event) => change(row.key, { value: event.currentTarget.value })}
            style={{ flex: "2 1 220px" }}
          />
        </RemovableRow>
      ))}
      <div>
        <AddRowButton onClick={() => onChange(withNewMetadata(rows))}>Add entry</AddRowButton>
      </div>
    </Stack>
  );
}
