import { Group, Text } from "@mantine/core";
import { MISSING } from "#lib/format.ts";
import { PageLink } from "./links.tsx";
import { StatusSign } from "./status.tsx";

interface DeployedByProps {
  group: string;
  deployments: { id: string; name: string; status: string; version?: string }[];
}

/** Links to the deployments of a model or version, each with its status. */
export function DeployedBy({ group, deployments }: DeployedByProps) {
  if (deployments.length === 0) return MISSING;
  return (
    <Group gap="xs" fz="sm">
      {deployments.map(({ id, name, status, version }) => (
        <Group key={id} gap={4} wrap="nowrap">
          <StatusSign status={status} />
          <PageLink to="/g/$group/deployments/$id" params={{ group, id }}>
            {name}
          </PageLink>
          {version === undefined ? null : (
            <Text span inherit c="dimmed">
              v{version}
            </Text>
          )}
        </Group>
      ))}
    </Group>
  );
}
