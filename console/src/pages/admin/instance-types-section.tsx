import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { InstanceType } from "@slipway/contracts/api/instance-type";
import { useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Section } from "#components/value-table.tsx";
import {
  useChangeInstanceType,
  useCreateInstanceType,
  useInstanceTypes,
  useRemoveInstanceType,
} from "#data/instance-types.ts";
import { formatMemory } from "#lib/memory.ts";
import { InstanceTypeForm } from "./instance-type-form.tsx";

/** The sizes of replicas from which people choose. */
export function InstanceTypesSection() {
  const types = useInstanceTypes();
  const makeDefault = useChangeInstanceType();
  const remove = useRemoveInstanceType();
  const [edited, setEdited] = useState<InstanceType | "new" | null>(null);
  const columns: Column<InstanceType>[] = [
    {
      key: "name",
      title: "Name",
      cell: ({ name, isDefault }) => (
        <Group gap={6} wrap="nowrap">
          <span className="mono">{name}</span>
          {isDefault ? <Badge variant="light">default</Badge> : null}
        </Group>
      ),
    },
    { key: "cpuThreads", title: "CPU threads", align: "numeric", cell: ({ cpuThreads }) => cpuThreads },
    {
      key: "memory",
      title: "Memory",
      align: "numeric",
      cell: ({ memoryBytes }) => formatMemory(memoryBytes),
    },
    {
      key: "description",
      title: "Description",
      cell: ({ description }) => (
        <Text size="sm" miw={180}>
          {description}
        </Text>
      ),
    },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (type) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {type.isDefault ? null : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => makeDefault.mutate({ name: type.name, patch: { isDefault: true } })}
              aria-label={`Make default: ${type.name}`}
            >
              Make default
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEdited(type)}
            aria-label={`Edit ${type.name}`}
          >
            Edit
          </Button>
          {type.isDefault ? null : (
            <ConfirmButton
              label="Delete"
              what={`instance type ${type.name}`}
              effect="It can no longer be chosen. What runs with it keeps its size."
              onConfirm={() => remove.mutate(type.name)}
            />
          )}
        </Group>
      ),
    },
  ];
  return (
    <Section
      title="Instance types"
      beside={
        <Button size="compact-sm" variant="default" onClick={() => setEdited("new")}>
          Add instance type
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          The sizes that people choose from. What runs keeps the size that it was deployed with.
        </Text>
        <FailedAction error={types.error ?? makeDefault.error ?? remove.error} />
        {types.data ? (
          <DataTable
            label="Instance types"
            rows={types.data.items}
            rowKey={({ name }) => name}
            columns={columns}
          />
        ) : types.error ? null : (
          <PagePending rows={2} />
        )}
      </Stack>
      <EditInstanceType edited={edited} onClose={() => setEdited(null)} />
    </Section>
  );
}

interface EditInstanceTypeProps {
  edited: InstanceType | "new" | null;
  onClose: () => void;
}

function EditInstanceType({ edited, onClose }: EditInstanceTypeProps) {
  const create = useCreateInstanceType();
  const change = useChangeInstanceType();
  const isNew = edited === "new";
  function close(): void {
    create.reset();
    change.reset();
    onClose();
  }
  return (
    <Modal
      opened={edited !== null}
      onClose={close}
      title={isNew ? "Add instance type" : `Edit instance type ${edited?.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {edited === null ? null : (
        <InstanceTypeForm
          type={isNew ? null : edited}
          error={isNew ? create.error : change.error}
          pending={create.isPending || change.isPending}
          onSubmit={(request) => {
            if (isNew) return create.mutate(request, { onSuccess: close });
            const { description, cpuThreads, memoryBytes } = request;
            change.mutate(
              { name: request.name, patch: { description, cpuThreads, memoryBytes } },
              { onSuccess: close },
            );
          }}
        />
      )}
    </Modal>
  );
}
