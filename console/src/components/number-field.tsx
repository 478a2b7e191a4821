import { NumberInput } from "@mantine/core";
import type { NumberText } from "#lib/strategy-form.ts";

interface NumberFieldProps {
  label: string;
  description?: string;
  /** Stands after the number: ` %`. */
  suffix?: string;
  value: NumberText;
  error: string | undefined;
  min?: number;
  max?: number;
  step?: number;
  decimal?: boolean;
  /** Whether the label is only for those who cannot see the column's header. */
  hideLabel?: boolean;
  onChange: (value: NumberText) => void;
}

/** A number as it is typed: what is out of bounds is said, never silently changed. */
export function NumberField({ label, hideLabel = false, decimal = false, error, ...rest }: NumberFieldProps) {
  return (
    <NumberInput
      {...(hideLabel ? { "aria-label": label } : { label })}
      clampBehavior="none"
      allowDecimal={decimal}
      allowNegative={false}
      error={error}
      inputMode={decimal ? "decimal" : "numeric"}
      {...rest}
    />
  );
}
