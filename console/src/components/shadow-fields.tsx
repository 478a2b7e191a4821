import { SimpleGrid } from "@mantine/core";
import type { FieldErrors } from "#lib/field-errors.ts";
import type { ShadowForm } from "#lib/strategy-form.ts";
import { NumberField } from "./number-field.tsx";
import { PromotionInput } from "./promotion-input.tsx";

interface ShadowFieldsProps {
  shadow: ShadowForm;
  errors: FieldErrors;
  onChange: (change: Partial<ShadowForm>) => void;
}

/** How many requests are mirrored, for how long, and who promotes the new revision. */
export function ShadowFields({ shadow, errors, onChange }: ShadowFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberField
        label="Mirrored"
        description="Share of the requests."
        suffix=" %"
        min={1}
        max={100}
        step={10}
        value={shadow.percent}
        error={errors.percent}
        onChange={(percent) => onChange({ percent })}
      />
      <NumberField
        label="For at least"
        description="As long as it takes to see enough of them."
        suffix=" s"
        min={1}
        max={86_400}
        step={30}
        value={shadow.seconds}
        error={errors.seconds}
        onChange={(seconds) => onChange({ seconds })}
      />
      <NumberField
        label="Compared at least"
        suffix=" requests"
        min={1}
        step={10}
        value={shadow.requestsMin}
        error={errors.requestsMin}
        onChange={(requestsMin) => onChange({ requestsMin })}
      />
      <PromotionInput
        value={shadow.promotion}
        automatic="Automatic: when few enough rows differ"
        manual="By hand: after a look at what differs"
        onChange={(promotion) => onChange({ promotion })}
      />
      {shadow.promotion === "automatic" ? (
        <NumberField
          label="Rows that may differ"
          suffix=" %"
          decimal
          max={100}
          value={shadow.differingRowsPercent}
          error={errors.differingRowsMax}
          onChange={(differingRowsPercent) => onChange({ differingRowsPercent })}
        />
      ) : null}
    </SimpleGrid>
  );
}
