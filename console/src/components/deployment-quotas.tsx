import { Paper, Text, Title } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { Group, Usage } from "@slipway/contracts/api/identity";
import { useGroup } from "#data/identity.ts";
import { useInstanceTypes } from "#data/instance-types.ts";
import { usageOfReplicas } from "#lib/quota-lines.ts";
import { type SpecForm, sizeOf } from "#lib/spec-form.ts";
import { numberOf } from "#lib/strategy-form.ts";
import { QuotaUsage } from "./quota-usage.tsx";

interface Additions {
  group: Group;
  /** What the form would add to the group's usage. */
  adds: Usage;
}

interface AdditionsOptions {
  form: SpecForm;
  base: Revision | null;
  /** What the deployment counts for already. */
  before: Usage;
}

/** What a form would add to its group's usage; null while the group is not known. */
export function useAdditions(group: string, { form, base, before }: AdditionsOptions): Additions | null {
  const found = useGroup(group).data;
  const size = sizeOf(form, useInstanceTypes().data?.items ?? [], base);
  if (found === undefined) return null;
  const after = usageOfReplicas(numberOf(form.maxReplicas), size?.memoryBytes ?? 0);
  return {
    group: found,
    adds: {
      deployments: 1 - before.deployments,
      replicas: after.replicas - before.replicas,
      memoryBytes: after.memoryBytes - before.memoryBytes,
    },
  };
}

/** The group's quotas beside the form, with what the form would add. */
export function DeploymentQuotas({ group, adds }: Additions) {
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        Quota of {group.displayName || group.name}
      </Title>
      <QuotaUsage group={group} adds={adds} />
      <Text size="xs" c="dimmed" mt="xs">
        Replicas and memory count what running deployments may grow to.
      </Text>
    </Paper>
  );
}
