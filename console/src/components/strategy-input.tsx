import { Radio, Stack } from "@mantine/core";
import { type FieldErrors, fieldsUnder } from "#lib/field-errors.ts";
import { writtenSeconds } from "#lib/section-summaries.ts";
import type { SpecForm } from "#lib/spec-form.ts";
import { numberOf } from "#lib/strategy-form.ts";
import { CanaryFields } from "./canary-fields.tsx";
import { NumberField } from "./number-field.tsx";
import { ShadowFields } from "./shadow-fields.tsx";

const KINDS = {
  "all-at-once": {
    label: "All at once",
    description: "Every request moves when the new revision has passed its smoke test.",
  },
  canary: {
    label: "Canary",
    description: "Requests move in steps, while the new revision is no worse than the old one.",
  },
  shadow: {
    label: "Shadow",
    description: "The new revision gets copies of the requests; its answers are only compared.",
  },
};

interface StrategyInputProps {
  form: Pick<SpecForm, "strategy" | "warmSeconds">;
  errors: FieldErrors;
  onChange: (change: Partial<SpecForm>) => void;
}

/** How a rollout moves requests to a new revision, and how long the old one stays ready. */
export function StrategyInput({ form: { strategy, warmSeconds }, errors, onChange }: StrategyInputProps) {
  const wrong = fieldsUnder(errors, "strategy");
  return (
    <Stack gap="md">
      <Radio.Group
        label="Requests move"
        value={strategy.kind}
        error={errors.strategy}
        onChange={(next) => {
          const kind = next === "canary" || next === "shadow" ? next : "all-at-once";
          onChange({ strategy: { ...strategy, kind } });
        }}
      >
        <Stack gap="xs" mt={6}>
          {Object.entries(KINDS).map(([kind, words]) => (
            <Radio key={kind} value={kind} {...words} />
          ))}
        </Stack>
      </Radio.Group>
      {strategy.kind === "canary" ? (
        <CanaryFields
          canary={strategy.canary}
          errors={wrong}
          onChange={(change) =>
            onChange({ strategy: { ...strategy, canary: { ...strategy.canary, ...change } } })
          }
        />
      ) : null}
      {strategy.kind === "shadow" ? (
        <ShadowFields
          shadow={strategy.shadow}
          errors={wrong}
          onChange={(change) =>
            onChange({ strategy: { ...strategy, shadow: { ...strategy.shadow, ...change } } })
          }
        />
      ) : null}
      <NumberField
        label="Keep the old revision ready for"
        description={
          numberOf(warmSeconds) === 0
            ? "It ends as soon as its last request is answered; a rollback starts it anew."
            : `${writtenSeconds(warmSeconds)}: until then a rollback takes less than a second.`
        }
        suffix=" s"
        max={86_400}
        step={60}
        value={warmSeconds}
        error={errors.warmSeconds}
        onChange={(next) => onChange({ warmSeconds: next })}
      />
    </Stack>
  );
}
