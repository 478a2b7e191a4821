import { Fieldset, SimpleGrid, Stack, Switch } from "@mantine/core";
import { REPLICAS_MAX } from "@slipway/contracts/api/spec";
import { type FieldErrors, fieldsUnder } from "#lib/field-errors.ts";
import { writtenSeconds } from "#lib/section-summaries.ts";
import { type ServingForm, scalesToZero } from "#lib/serving-form.ts";
import { numberOf } from "#lib/strategy-form.ts";
import { BatchingInput } from "./batching-input.tsx";
import { NumberField } from "./number-field.tsx";
import { WarmWindowsInput } from "./warm-windows-input.tsx";

interface ServingInputProps {
  form: ServingForm;
  errors: FieldErrors;
  onChange: (change: Partial<ServingForm>) => void;
}

/** How many replicas there are and when, whether they take requests together, how many at a time, and what becomes of lost ones. */
export function ServingInput({ form, errors, onChange }: ServingInputProps) {
  return (
    <Stack gap="md">
      <Replicas form={form} errors={errors} onChange={onChange} />
      {scalesToZero(form) ? (
        <Fieldset legend="While nobody calls" p="sm">
          <Stack gap="md">
            <NumberField
              label="The last replica ends after"
              description={`${writtenSeconds(form.idleSeconds)} without a request. The next caller waits until one has started.`}
              suffix=" s"
              min={10}
              max={604_800}
              step={60}
              value={form.idleSeconds}
              error={errors.idleSeconds}
              onChange={(idleSeconds) => onChange({ idleSeconds })}
            />
            <WarmWindowsInput
              rows={form.warmWindows}
              errors={fieldsUnder(errors, "warmWindows")}
              onChange={(warmWindows) => onChange({ warmWindows })}
            />
          </Stack>
        </Fieldset>
      ) : null}
      <BatchingInput
        batching={form.batching}
        errors={fieldsUnder(errors, "batching")}
        onChange={(batching) => onChange({ batching })}
      />
      <NumberField
        label="Requests at the same time"
        description="Waiting ones included; beyond it callers get 429. Empty: as many as the replicas' queues hold."
        min={1}
        max={100_000}
        step={10}
        value={form.concurrencyMax}
        error={errors.concurrencyMax}
        onChange={(concurrencyMax) => onChange({ concurrencyMax })}
      />
      <Switch
        label="Send a request again, once, when its replica died while answering"
        description="Only for models that may see the same request twice: predicting changes nothing elsewhere."
        checked={form.idempotent}
        onChange={(event) => onChange({ idempotent: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function Replicas({ form, errors, onChange }: ServingInputProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberField
        label="Replicas at least"
        description="They always run. 0: none while nobody calls."
        min={0}
        max={REPLICAS_MAX}
        value={form.minReplicas}
        error={errors.minReplicas}
        onChange={(minReplicas) => {
          // Who raises only the lower bound means the upper one too.
          const raised = numberOf(minReplicas) > numberOf(form.maxReplicas);
          onChange({ minReplicas, ...(raised ? { maxReplicas: minReplicas } : {}) });
        }}
      />
      <NumberField
        label="Replicas at most"
        description="While many requests wait."
        min={1}
        max={REPLICAS_MAX}
        value={form.maxReplicas}
        error={errors.maxReplicas}
        onChange={(maxReplicas) => onChange({ maxReplicas })}
      />
    </SimpleGrid>
  );
}
