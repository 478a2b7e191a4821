import { Radio, SimpleGrid, Stack } from "@mantine/core";
import { BATCHING_MODES, BATCHING_TAG, REQUESTS_PER_BATCH_MAX } from "@slipway/contracts/api/serving";
import type { FieldErrors } from "#lib/field-errors.ts";
import type { BatchingForm } from "#lib/serving-form.ts";
import { NumberField } from "./number-field.tsx";

const MODES = {
  auto: {
    label: "Automatic",
    description: `Together where that changes no answer: with scikit-learn, XGBoost, LightGBM and the like, and with a version whose tag ${BATCHING_TAG} says on.`,
  },
  on: {
    label: "On",
    description:
      "Together also with a custom model. Choose it when the model answers each row without a look at the others: nobody can see that from outside.",
  },
  off: { label: "Off", description: "Each request alone, one after another." },
};

interface BatchingInputProps {
  batching: BatchingForm;
  /** `requestsMax` → what is wrong. */
  errors: FieldErrors;
  onChange: (batching: BatchingForm) => void;
}

/** Whether requests that wait at the same time are predicted together. */
export function BatchingInput({ batching, errors, onChange }: BatchingInputProps) {
  return (
    <Stack gap="sm">
      <Radio.Group
        label="Batching: requests that wait at the same time are predicted together"
        value={batching.mode}
        error={errors.mode}
        onChange={(next) => {
          const mode = BATCHING_MODES.find((known) => known === next) ?? "auto";
          onChange({ ...batching, mode });
        }}
      >
        <Stack gap="xs" mt={6}>
          {BATCHING_MODES.map((mode) => (
            <Radio key={mode} value={mode} {...MODES[mode]} />
          ))}
        </Stack>
      </Radio.Group>
      {batching.mode === "off" ? null : (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberField
            label="Together at most"
            description="More per call of the model: more requests a second, a longer answer for each."
            suffix=" requests"
            min={1}
            max={REQUESTS_PER_BATCH_MAX}
            step={8}
            value={batching.requestsMax}
            error={errors.requestsMax}
            onChange={(requestsMax) => onChange({ ...batching, requestsMax })}
          />
          <NumberField
            label="Wait for others at most"
            description="While a replica is free. 0: never, send at once."
            suffix=" ms"
            decimal
            max={1_000}
            value={batching.delayMsMax}
            error={errors.delayMsMax}
            onChange={(delayMsMax) => onChange({ ...batching, delayMsMax })}
          />
        </SimpleGrid>
      )}
    </Stack>
  );
}
