import { Button, Group, Stack, Text } from "@mantine/core";
import type { Group as SlipwayGroup } from "@slipway/contracts/api/identity";
import { type FormEvent, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { NumberField } from "#components/number-field.tsx";
import { useChangeGroup } from "#data/identity.ts";
import { formatMemory } from "#lib/memory.ts";
import { type QuotasForm as Form, quotasForm, quotasOf } from "#lib/size-forms.ts";

/** What a group may have at most. A bound below what it has now takes nothing away, it only stops growth. */
export function QuotasForm({ group, onDone }: { group: SlipwayGroup; onDone: () => void }) {
  const save = useChangeGroup(group.name);
  const [form, setForm] = useState(() => quotasForm(group.quotas));
  const { quotas, errors } = quotasOf(form);
  const { usage } = group;
  function change(next: Partial<Form>): void {
    if (save.error) save.reset();
    setForm((old) => ({ ...old, ...next }));
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (quotas !== null) save.mutate({ quotas }, { onSuccess: onDone });
  }
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          An empty field is no bound. A bound below what the group has now ends nothing; it only stops growth.
        </Text>
        <NumberField
          label="Deployments"
          description={`Now ${usage.deployments}.`}
          value={form.deployments}
          error={errors.deployments}
          onChange={(deployments) => change({ deployments })}
        />
        <NumberField
          label="Replicas"
          description={`Now ${usage.replicas}, as far as running deployments may grow.`}
          value={form.replicas}
          error={errors.replicas}
          onChange={(replicas) => change({ replicas })}
        />
        <NumberField
          label="Memory"
          description={`Now ${formatMemory(usage.memoryBytes)}, of these replicas.`}
          suffix=" GiB"
          decimal
          value={form.memoryGib}
          error={errors.memoryGib}
          onChange={(memoryGib) => change({ memoryGib })}
        />
        <FailedAction error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            Save quotas
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
