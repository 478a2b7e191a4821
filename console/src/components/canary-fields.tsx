import { Fieldset, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { FieldErrors } from "#lib/field-errors.ts";
import { type CanaryForm, type StepRow, withNewStep } from "#lib/strategy-form.ts";
import { NumberField } from "./number-field.tsx";
import { PromotionInput } from "./promotion-input.tsx";
import { AddRowButton, RemovableRow } from "./removable-row.tsx";

const STEPS_MAX = 20;

interface CanaryFieldsProps {
  canary: CanaryForm;
  /** `steps.1.weight` → what is wrong. */
  errors: FieldErrors;
  onChange: (change: Partial<CanaryForm>) => void;
}

/** The steps of a canary, who promotes it, and the bounds that abort it. */
export function CanaryFields({ canary, errors, onChange }: CanaryFieldsProps) {
  return (
    <Stack gap="md">
      <Steps steps={canary.steps} errors={errors} onChange={(steps) => onChange({ steps })} />
      <PromotionInput
        value={canary.promotion}
        automatic="Automatic: each step passes by itself while the bounds hold"
        manual="By hand: each step waits until somebody promotes it"
        onChange={(promotion) => onChange({ promotion })}
      />
      <Fieldset legend="Aborted, and returned to the old revision, when the new one" p="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberField
            label="Fails more often by"
            description="Share of the requests, above the old revision's."
            suffix=" %"
            decimal
            step={0.5}
            value={canary.errorRateIncreasePercent}
            error={errors["bounds.errorRateIncreaseMax"]}
            onChange={(errorRateIncreasePercent) => onChange({ errorRateIncreasePercent })}
          />
          <NumberField
            label="Is slower by the factor"
            description="95th percentile; 25 ms more are always allowed."
            suffix=" ×"
            decimal
            step={0.1}
            value={canary.latencyRatioMax}
            error={errors["bounds.latencyRatioMax"]}
            onChange={(latencyRatioMax) => onChange({ latencyRatioMax })}
          />
          <NumberField
            label="Predicts otherwise by"
            description="Distance from 0 to 1; 1 switches it off."
            decimal
            step={0.05}
            value={canary.predictionDistanceMax}
            error={errors["bounds.predictionDistanceMax"]}
            onChange={(predictionDistanceMax) => onChange({ predictionDistanceMax })}
          />
          <NumberField
            label="Judged from"
            description="A step passes only after as many."
            suffix=" requests"
            step={10}
            value={canary.requestsMin}
            error={errors["bounds.requestsMin"]}
            onChange={(requestsMin) => onChange({ requestsMin })}
          />
        </SimpleGrid>
      </Fieldset>
    </Stack>
  );
}

interface StepsProps {
  steps: StepRow[];
  errors: FieldErrors;
  onChange: (steps: StepRow[]) => void;
}

function Steps({ steps, errors, onChange }: StepsProps) {
  function change(key: number, next: Partial<StepRow>): void {
    onChange(steps.map((step) => (step.key === key ? { ...step, ...next } : step)));
  }
  return (
    <Fieldset legend="Steps: share of the requests, and for how long at least" p="sm">
      <Stack gap="sm">
        {steps.map((step, index) => (
          <RemovableRow
            key={step.key}
            wraps={false}
            removeLabel={`Remove step ${index + 1}`}
            disabled={steps.length === 1}
            onRemove={() => onChange(steps.filter((other) => other.key !== step.key))}
          >
            <NumberField
              label={`Share of the requests in step ${index + 1}`}
              hideLabel
              suffix=" %"
              min={1}
              max={99}
              step={5}
              value={step.weight}
              error={errors[`steps.${index}.weight`]}
              onChange={(weight) => change(step.key, { weight })}
            />
            <NumberField
              label={`Length of step ${index + 1} in seconds`}
              hideLabel
              suffix=" s"
              min={1}
              max={86_400}
              step={30}
              value={step.pauseSeconds}
              error={errors[`steps.${index}.pauseSeconds`]}
              onChange={(pauseSeconds) => change(step.key, { pauseSeconds })}
            />
          </RemovableRow>
        ))}
        {errors.steps === undefined ? null : (
          <Text size="sm" c="var(--mantine-color-error)" role="alert" tabIndex={-1} data-field-error>
            {errors.steps}
          </Text>
        )}
        <Group justify="space-between" gap="xs">
          <AddRowButton disabled={steps.length >= STEPS_MAX} onClick={() => onChange(withNewStep(steps))}>
            Add step
          </AddRowButton>
          <Text size="xs" c="dimmed">
            Then all requests.
          </Text>
        </Group>
      </Stack>
    </Fieldset>
  );
}
