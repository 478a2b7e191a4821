import { NativeSelect } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { InstanceType } from "@slipway/contracts/api/instance-type";
import type { FieldErrors } from "#lib/field-errors.ts";
import { formatSize } from "#lib/memory.ts";
import type { SpecForm } from "#lib/spec-form.ts";

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

/** What each replica may use. */
export function ResourcesInput({ form, errors, types, base, onChange }: ResourcesInputProps) {
  const chosen = form.instanceType ?? (base === null ? types.find(({ isDefault }) => isDefault)?.name : "");
  const type = types.find(({ name }) => name === chosen);
  return (
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
