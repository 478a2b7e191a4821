import { Stack, Text } from "@mantine/core";
import type { Group } from "@slipway/contracts/api/identity";
import { QuotaUsage } from "#components/quota-usage.tsx";
import { Section } from "#components/value-table.tsx";
import { NOTHING } from "#lib/quota-lines.ts";

/** What the group uses of what it may have; only administrators of Slipway set it. */
export function QuotaSection({ group }: { group: Group }) {
  return (
    <Section title="Quota">
      <Stack gap="sm" maw={420}>
        <QuotaUsage group={group} adds={NOTHING} />
        <Text size="xs" c="dimmed">
          Replicas and memory count what running deployments may grow to. Administrators of Slipway set the
          quota.
        </Text>
      </Stack>
    </Section>
  );
}
