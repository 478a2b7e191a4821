import { NativeSelect, SimpleGrid, Stack } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { InstanceType } from "@slipway/contracts/api/instance-type";
import { REPLICAS_MAX } from "@slipway/contracts/api/spec";
import type { FieldErrors } from "#lib/field-errors.ts";
import { formatSize } from "#lib/memory.ts";
import type { SpecForm } from "#lib/spec-form.ts";
import { numberOf } from "#lib/strategy-form.ts";
import { NumberField } from "./number-field.tsx";

/** No name of an instance type begins so. */
const ANEW = "anew:";

interface ResourcesInputProps {
  form: SpecForm;
  errors: FieldErrors;
  types: InstanceType[];
  /** The revision that an update starts from. */
  base: Revision | null;
  onChange: (change: Partial<SpecForm>) => void;
}

/** How many replicas there are, and what each may use. */
export function ResourcesInput({ form, errors, types, base, onChange }: ResourcesInputProps) {
  const chosen = form.instanceType ?? (base === null ? types.find(({ isDefault }) => isDefault)?.name : "");
  const type = types.find(({ name }) => name === chosen);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberField
          label="Replicas at least"
          description="They always run."
          min={1}
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
      <NativeSelect
        label="Instance type"
        description={type?.description || "What each replica may use."}
        data={options(types, base)}
        value={form.sizeAnew ? `${ANEW}${chosen}` : (chosen ?? "")}
        error={errors.instanceType}
        onChange={(event) => {
          const { value } = event.currentTarget;
          const sizeAnew = value.startsWith(ANEW);
          onChange({ instanceType: (sizeAnew ? value.slice(ANEW.length) : value) || null, sizeAnew });
        }}
      />
    </Stack>
  );
}

function options(types: InstanceType[], base: Revision | null): { value: string; label: string }[] {
  const offered = types.map((type) => ({ value: type.name, label: labelOf(type) }));
  if (base === null) return offered;
  const { instanceType } = base;
  if (instanceType === null) return [{ value: "", label: `as it is: ${formatSize(base)}` }, ...offered];
  const current = types.find(({ name }) => name === instanceType);
  if (current === undefined)
    return [
      { value: instanceType, label: `${instanceType}: ${formatSize(base)}, no longer offered` },
      ...offered,
    ];
  if (formatSize(current) === formatSize(base)) return offered;
  // A deployment keeps its size until somebody chooses the type again.
  return [
    { value: instanceType, label: `${instanceType}: ${formatSize(base)}, as it is` },
    ...offered.map(({ value, label }) =>
      value === instanceType
        ? { value: `${ANEW}${value}`, label: `${label}, as it is defined now` }
        : { value, label },
    ),
  ];
}

function labelOf(type: InstanceType): string {
  return `${type.name}: ${formatSize(type)}${type.isDefault ? " (default)" : ""}`;
}
