import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import type { InstanceType, InstanceTypeRequest } from "@slipway/contracts/api/instance-type";
import { type FormEvent, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { NumberField } from "#components/number-field.tsx";
import { ApiProblem } from "#data/api.ts";
import { type InstanceTypeForm as Form, instanceTypeForm, instanceTypeRequest } from "#lib/size-forms.ts";

interface InstanceTypeFormProps {
  /** Null: a new one. */
  type: InstanceType | null;
  error: Error | null;
  pending: boolean;
  onSubmit: (request: InstanceTypeRequest) => void;
}

/** The size of a replica. A name stays as it is: deployments refer to it. */
export function InstanceTypeForm({ type, error, pending, onSubmit }: InstanceTypeFormProps) {
  const [form, setForm] = useState(() => instanceTypeForm(type));
  const [tried, setTried] = useState(false);
  const { request, errors: own } = instanceTypeRequest(form);
  const told = error instanceof ApiProblem ? error.fieldErrors() : {};
  const errors = { ...told, ...own };
  if (!tried && form.name === "") delete errors.name;
  function change(next: Partial<Form>): void {
    setForm((old) => ({ ...old, ...next }));
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (request !== null) onSubmit(request);
  }
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        {type === null ? (
          <TextInput
            label="Name"
            description="Lower case letters, digits, '.' and '-'. It cannot be changed later."
            data-autofocus
            spellCheck={false}
            value={form.name}
            error={errors.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        ) : null}
        <NumberField
          label="CPU threads"
          min={1}
          value={form.cpuThreads}
          error={errors.cpuThreads}
          onChange={(cpuThreads) => change({ cpuThreads })}
        />
        <NumberField
          label="Memory"
          description="A replica that needs more is ended."
          suffix=" GiB"
          decimal
          step={0.5}
          value={form.memoryGib}
          error={errors.memoryBytes}
          onChange={(memoryGib) => change({ memoryGib })}
        />
        <TextInput
          label="Description"
          description="Optional. Says what it is good for."
          value={form.description}
          error={errors.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        {type === null ? (
          <Checkbox
            label="Default: what a deployment gets for which nobody chose"
            checked={form.isDefault}
            onChange={(event) => change({ isDefault: event.currentTarget.checked })}
          />
        ) : null}
        <FailedAction error={error} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            {type === null ? "Add instance type" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
