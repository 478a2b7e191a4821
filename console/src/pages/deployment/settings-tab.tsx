import { Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { ButtonLink } from "#components/links.tsx";
import { Section } from "#components/value-table.tsx";
import { SpecFacts } from "./spec-facts.tsx";

/** What the newest revision asks for, and the way to change it. */
export function SettingsTab({ deployment }: { deployment: Deployment }) {
  const { group, id, latest, servingRevision } = deployment;
  return (
    <Section
      title={`What revision ${latest.number} asks for`}
      beside={
        <ButtonLink
          size="compact-sm"
          variant="default"
          to="/g/$group/deployments/$id/update"
          params={{ group, id }}
        >
          Change
        </ButtonLink>
      }
    >
      <Stack gap="sm">
        {servingRevision === null || servingRevision === latest.number ? null : (
          <Text size="sm">
            It is not what serves: revision {servingRevision} serves now. Its spec is in the history.
          </Text>
        )}
        <SpecFacts group={group} revision={latest} />
      </Stack>
    </Section>
  );
}
