import { Alert, List, Text } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { PageLink } from "#components/links.tsx";
import type { Concerned } from "#data/registry-edits.ts";
import { plural } from "#lib/format.ts";

/** Names the deployments that a change concerns, and what happens to each. */
export function ConcernedAlert({ group, concerned }: { group: string; concerned: Concerned[] }) {
  if (concerned.length === 0) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconRocket aria-hidden />}
      title={`This concerns ${plural(concerned.length, "deployment")}`}
      role="alert"
      mt="sm"
    >
      <List size="sm" spacing={4} listStyleType="none">
        {concerned.map(({ id, name, effect }) => (
          <List.Item key={id}>
            <PageLink
              to="/g/$group/deployments/$id"
              params={{ group, id }}
              underline="always"
              c="inherit"
              fw={600}
            >
              {name}
            </PageLink>
            <Text size="sm" className="break-anywhere">
              {effect}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
