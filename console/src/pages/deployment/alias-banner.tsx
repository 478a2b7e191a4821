import { Alert, Group, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconTag } from "@tabler/icons-react";
import { ButtonLink } from "#components/links.tsx";
import { Time } from "#components/time.tsx";

type Alias = NonNullable<Deployment["alias"]>;

/** Says that the alias that the deployment was made from means another version now, and what happens about it. */
export function AliasBanner({ deployment }: { deployment: Deployment }) {
  const { alias, group, id, modelName, resolvedVersion, rollout, latest } = deployment;
  if (alias === null) return null;
  if (alias.version === null) {
    return alias.seenAt === null ? null : (
      <Alert color="yellow" icon={<IconTag aria-hidden />} title={`@${alias.name} means no version now`}>
        <Text size="sm">
          The alias was removed from {modelName}. What serves goes on serving; set the alias again in MLflow,
          or update to a version.
        </Text>
      </Alert>
    );
  }
  if (!alias.moved) return null;
  const onItsWay = rollout?.state === "running" && latest.resolvedVersion === alias.version;
  return (
    <Alert
      color="blue"
      icon={<IconTag aria-hidden />}
      title={`${resolvedVersion === null ? "Nothing is served" : `Serving version ${resolvedVersion}`}, @${alias.name} is version ${alias.version}`}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {alias.changedAt === null ? null : (
            <>
              It moved <Time at={alias.changedAt} />.{" "}
            </>
          )}
          {onItsWay ? `Version ${alias.version} is being rolled out.` : policyWords(alias)}
        </Text>
        {onItsWay ? null : (
          <ButtonLink
            size="compact-sm"
            to="/g/$group/deployments/$id/update"
            params={{ group, id }}
            search={{ modelUri: `models:/${modelName}@${alias.name}` }}
          >
            Update to version {alias.version}
          </ButtonLink>
        )}
      </Group>
    </Alert>
  );
}

function policyWords({ policy, version }: Alias): string {
  switch (policy) {
    case "pin":
      return "This deployment is pinned: nothing happens by itself.";
    case "notify":
      return "This deployment only tells you: nothing happens by itself.";
    case "roll-out":
      return `This deployment follows the alias: version ${version} is rolled out once the alias stays where it is. A version that has failed is not tried again by itself.`;
  }
}
