import { Paper, Text, Title } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { Usage } from "@slipway/contracts/api/identity";
import { useGroup } from "#data/identity.ts";
import { useInstanceTypes } from "#data/instance-types.ts";
import { usageOfReplicas } from "#lib/quota-lines.ts";
import { type SpecForm, sizeOf } from "#lib/spec-form.ts";
import { numberOf } from "#lib/strategy-form.ts";
import { QuotaUsage } from "./quota-usage.tsx";

interface DeploymentQuotasProps {
  group: string;
  form: SpecForm;
  base: Revision | null;
  /** What the deployment counts for already. */
  before: Usage;
}

/** The group's quotas beside the form, with what the form would add. */
export function DeploymentQuotas({ group, form, base, before }: DeploymentQuotasProps) {
  const found = useGroup(group).data;
  const size = sizeOf(form, useInstanceTypes().data?.items ?? [], base);
  const after = usageOfReplicas(numberOf(form.maxReplicas), size?.memoryBytes ?? 0);
  return (
    <aside aria-label="Quota of the group">
      {found === undefined ? null : (
        <Paper withBorder p="md">
          <Title order={2} mb="xs">
            Quota of {found.displayName || found.name}
          </Title>
          <QuotaUsage
            group={found}
            adds={{
              deployments: 1 - before.deployments,
              replicas: after.replicas - before.replicas,
              memoryBytes: after.memoryBytes - before.memoryBytes,
            }}
          />
          <Text size="xs" c="dimmed" mt="xs">
            Replicas and memory count what running deployments may grow to.
          </Text>
        </Paper>
      )}
    </aside>
  );
}
