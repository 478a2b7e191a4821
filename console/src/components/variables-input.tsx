import {
  Autocomplete,
  Button,
  Fieldset,
  Group,
  PasswordInput,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { type VariableRow, withNewVariable } from "#lib/variable-rows.ts";
import { AddRowButton, RemovableRow } from "./removable-row.tsx";

interface VariablesInputProps {
  title: string;
  description: string;
  /** Names that are often wanted here. */
  suggestions?: string[];
  rows: VariableRow[];
  /** `0.name` → what is wrong. */
  errors: Record<string, string>;
  onChange: (rows: VariableRow[]) => void;
}

/** Rows of variables. A stored secret is never shown; it is kept or replaced. */
export function VariablesInput({
  title,
  description,
  suggestions = [],
  rows,
  errors,
  onChange,
}: VariablesInputProps) {
  function change(key: number, next: Partial<VariableRow>): void {
    onChange(rows.map((row) => (row.key === key ? { ...row, ...next } : row)));
  }
  return (
    <Fieldset legend={title} p="sm">
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          {description}
        </Text>
        {rows.map((row, index) => (
          <RemovableRow
            key={row.key}
            removeLabel={`Remove variable ${row.name || index + 1}`}
            onRemove={() => onChange(rows.filter((other) => other.key !== row.key))}
            beside={
              <Switch
                label="Secret"
                checked={row.secret}
                aria-label={`Variable ${index + 1} is secret`}
                onChange={(event) => change(row.key, { secret: event.currentTarget.checked, stored: false })}
              />
            }
          >
            <NameInput
              label={`Name of variable ${index + 1}`}
              value={row.name}
              error={errors[`${index}.name`]}
              suggestions={suggestions.filter(
                (name) => name === row.name || !rows.some((other) => other.name === name),
              )}
              onChange={(name) => change(row.key, { name, ...(row.stored ? { stored: false } : {}) })}
            />
            <ValueInput
              row={row}
              index={index}
              error={errors[`${index}.value`]}
              onChange={(next) => change(row.key, next)}
            />
          </RemovableRow>
        ))}
        <div>
          <AddRowButton onClick={() => onChange(withNewVariable(rows))}>Add variable</AddRowButton>
        </div>
      </Stack>
    </Fieldset>
  );
}

interface NameInputProps {
  label: string;
  value: string;
  error: string | undefined;
  suggestions: string[];
  onChange: (name: string) => void;
}

function NameInput({ label, suggestions, onChange, ...rest }: NameInputProps) {
  const looks = { "aria-label": label, placeholder: "NAME", style: { flex: "1 1 220px" }, spellCheck: false };
  if (suggestions.length === 0)
    return <TextInput {...looks} {...rest} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <Autocomplete {...looks} {...rest} data={suggestions} onChange={onChange} />;
}

interface ValueInputProps {
  row: VariableRow;
  index: number;
  error: string | undefined;
  onChange: (next: Partial<VariableRow>) => void;
}

function ValueInput({ row, index, error, onChange }: ValueInputProps) {
  const label = `Value of variable ${row.name || index + 1}`;
  if (row.stored) {
    return (
      <Group gap="xs" style={{ flex: "1 1 220px" }} h={36} wrap="nowrap">
        <Text size="sm" c="dimmed">
          stored, write-only
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange({ stored: false, value: "" })}
          aria-label={`Replace the ${label.toLowerCase()}`}
        >
          Replace
        </Button>
      </Group>
    );
  }
  const Input = row.secret ? PasswordInput : TextInput;
  const input = (
    <Input
      aria-label={label}
      placeholder="value"
      autoComplete="off"
      value={row.value}
      error={error}
      onChange={(event) => onChange({ value: event.currentTarget.value })}
      style={{ flex: "1 1 220px" }}
    />
  );
  if (row.storedAs === null || row.storedAs !== row.name.trim()) return input;
  return (
    <Group gap="xs" style={{ flex: "1 1 220px" }} align="flex-start" wrap="nowrap">
      {input}
      <Button
        size="compact-sm"
        mt={5}
        variant="default"
        onClick={() => onChange({ stored: true, secret: true, value: "" })}
        aria-label={`Keep the stored ${label.toLowerCase()}`}
      >
        Keep stored
      </Button>
    </Group>
  );
}
