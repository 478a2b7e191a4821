import { ActionIcon, Badge, Group, Loader, Stack, Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconArrowBarToLeft, IconX } from "@tabler/icons-react";
import { DeployMenu } from "#components/deploy-menu.tsx";
import { DeployedBy } from "#components/deployed-by.tsx";
import { PageLink } from "#components/links.tsx";
import { TONES } from "#components/sign.tsx";
import { type ComparedColumn, sameVersion, useComparison } from "./use-comparison.ts";

interface VersionHeadProps {
  column: ComparedColumn;
  /** Whether the others are compared with it. */
  isBaseline: boolean;
}

/** Whose column it is: what serves it, how to deploy it, how to take it out. */
export function VersionHead({ column, isBaseline }: VersionHeadProps) {
  const { group, choices, choose } = useComparison();
  const { name, version, query } = column;
  const others = choices.filter((each) => !sameVersion(each, column));
  const { data, error } = query;
  return (
    <Table.Th scope="col">
      <Stack gap={4} align="flex-start">
        <Group gap={4} wrap="nowrap" w="100%">
          <PageLink
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name, version }}
            style={{ whiteSpace: "nowrap" }}
          >
            Version {version}
          </PageLink>
          {isBaseline ? (
            <Badge size="xs" variant="default" fw={400}>
              baseline
            </Badge>
          ) : null}
          <div style={{ flex: 1 }} />
          {isBaseline ? null : (
            <IconButton
              label={`Make ${name} version ${version} the baseline`}
              onClick={() => choose([column, ...others])}
            >
              <IconArrowBarToLeft size={16} aria-hidden />
            </IconButton>
          )}
          <IconButton label={`Take ${name} version ${version} out`} onClick={() => choose(others)}>
            <IconX size={16} aria-hidden />
          </IconButton>
        </Group>
        <Text size="xs" c="dimmed" fw={400} className="one-line" maw="100%" title={name}>
          {name}
        </Text>
        {data === undefined ? null : (
          <>
            {data.aliases.length === 0 ? null : (
              <Group gap={4}>
                {data.aliases.map((alias) => (
                  <Badge key={alias} size="sm" variant="light" color="grape" tt="none">
                    @{alias}
                  </Badge>
                ))}
              </Group>
            )}
            {data.deployedBy.length === 0 ? null : <DeployedBy group={group} deployments={data.deployedBy} />}
            <DeployMenu group={group} model={name} version={version} />
          </>
        )}
        {error === null ? null : <ReadProblem message={error.message} />}
        {data === undefined && error === null ? <Loader size="xs" aria-label="Loading" /> : null}
      </Stack>
    </Table.Th>
  );
}

/** What is known of the version stays below it. */
function ReadProblem({ message }: { message: string }) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" c={TONES.bad} role="alert">
      <IconAlertTriangle size={16} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="xs" fw={400} c="inherit" className="compare-problem">
        {message}
      </Text>
    </Group>
  );
}

interface IconButtonProps {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
}

function IconButton({ label, onClick, children }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
