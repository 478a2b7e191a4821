import { Chip, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { DAYS, WARM_WINDOWS_MAX } from "@slipway/contracts/api/serving";
import { DAY_WORDS } from "@slipway/contracts/serving-words";
import { type FieldErrors, fieldsUnder } from "#lib/field-errors.ts";
import { type WindowRow, weekdays, withNewWindow } from "#lib/serving-form.ts";
import { offeredTimeZones, ownTimeZone } from "#lib/time-zones.ts";
import { AddRowButton, RemovableRow } from "./removable-row.tsx";

interface WarmWindowsInputProps {
  rows: WindowRow[];
  /** `0.timeZone` → what is wrong. */
  errors: FieldErrors;
  onChange: (rows: WindowRow[]) => void;
}

/** When at least one replica stays ready although nobody calls. */
export function WarmWindowsInput({ rows, errors, onChange }: WarmWindowsInputProps) {
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={600}>
          Warm windows
        </Text>
        <Text size="xs" c="dimmed">
          In them at least one replica stays ready although nobody calls.
        </Text>
      </div>
      {rows.map((row, index) => (
        <Window
          key={row.key}
          row={row}
          number={index + 1}
          errors={fieldsUnder(errors, String(index))}
          onChange={(next) =>
            onChange(rows.map((other) => (other.key === row.key ? { ...other, ...next } : other)))
          }
          onRemove={() => onChange(rows.filter((other) => other.key !== row.key))}
        />
      ))}
      <div>
        <AddRowButton
          disabled={rows.length >= WARM_WINDOWS_MAX}
          onClick={() => onChange(withNewWindow(rows, ownTimeZone()))}
        >
          Add window
        </AddRowButton>
      </div>
    </Stack>
  );
}

interface WindowProps {
  row: WindowRow;
  number: number;
  errors: FieldErrors;
  onChange: (next: Partial<WindowRow>) => void;
  onRemove: () => void;
}

function Window({ row, number, errors, onChange, onRemove }: WindowProps) {
  return (
    <Stack gap={6} role="group" aria-label={`Warm window ${number}`}>
      <Chip.Group multiple value={row.days} onChange={(days) => onChange({ days: weekdays(days) })}>
        <Group gap={6}>
          {DAYS.map((day) => (
            <Chip key={day} value={day} size="xs" aria-label={`${DAY_WORDS[day]} in window ${number}`}>
              {DAY_WORDS[day]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {errors.days === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" tabIndex={-1} data-field-error>
          {errors.days}
        </Text>
      )}
      <RemovableRow removeLabel={`Remove window ${number}`} onRemove={onRemove}>
        <TextInput
          type="time"
          aria-label={`Begin of window ${number}`}
          value={row.from}
          error={errors.from}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
          style={{ flex: "0 1 130px" }}
        />
        <TextInput
          type="time"
          aria-label={`End of window ${number}`}
          value={row.to}
          error={errors.to}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
          style={{ flex: "0 1 130px" }}
        />
        <NativeSelect
          aria-label={`Time zone of window ${number}`}
          data={offeredTimeZones(row.timeZone)}
          value={row.timeZone}
          error={errors.timeZone}
          onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
          style={{ flex: "1 1 180px" }}
        />
      </RemovableRow>
      {row.to <= row.from ? (
        <Text size="xs" c="dimmed">
          Ends on the next day.
        </Text>
      ) : null}
    </Stack>
  );
}
