import { Group, Text } from "@mantine/core";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { IconTag } from "@tabler/icons-react";
import { CopyIcon } from "#components/copy.tsx";
import type { Column } from "#components/data-table.tsx";
import { PageLink } from "#components/links.tsx";
import { Sign } from "#components/sign.tsx";
import { Status } from "#components/status.tsx";
import { Time } from "#components/time.tsx";
import { formatShare, MISSING } from "#lib/format.ts";

/** What the list says of each deployment. */
export function deploymentColumns(group: string): Column<DeploymentSummary>[] {
  return [
    {
      key: "status",
      title: "Status",
      sortable: true,
      width: 150,
      cell: (deployment) => <StatusCell group={group} deployment={deployment} />,
    },
    {
      key: "name",
      title: "Name",
      sortable: true,
      width: 220,
      cell: ({ id, name }) => (
        <div className="one-line" style={{ maxWidth: 260 }} title={name}>
          <PageLink to="/g/$group/deployments/$id" params={{ group, id }}>
            {name}
          </PageLink>
        </div>
      ),
    },
    {
      key: "model",
      title: "Model",
      sortable: true,
      width: 220,
      cell: (deployment) => <ModelCell group={group} deployment={deployment} />,
    },
    {
      key: "traffic",
      title: "Last minute",
      sortable: true,
      descendingFirst: true,
      align: "numeric",
      width: 120,
      cell: ({ traffic }) => <TrafficCell traffic={traffic} />,
    },
    {
      key: "endpoint",
      title: "Endpoint",
      width: 320,
      cell: ({ endpoint, access, name }) => (
        <Group gap={4} wrap="nowrap">
          <span className="mono one-line" style={{ maxWidth: 300 }} title={`${endpoint} (${access})`}>
            {URL.parse(endpoint)?.pathname ?? endpoint}
          </span>
          <CopyIcon text={endpoint} what={`the endpoint of ${name}`} />
        </Group>
      ),
    },
    { key: "access", title: "Access", sortable: true, width: 90, cell: ({ access }) => access },
    {
      key: "updatedAt",
      title: "Last updated",
      sortable: true,
      descendingFirst: true,
      width: 210,
      cell: ({ updatedAt, updatedBy }) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Time at={updatedAt} /> by {updatedBy}
        </span>
      ),
    },
  ];
}

interface CellProps {
  group: string;
  deployment: DeploymentSummary;
}

/** The status, and the rollout that is under way. */
function StatusCell({ group, deployment: { id, status, runningRollout } }: CellProps) {
  return (
    <>
      <Status status={status} />
      {runningRollout === null ? null : (
        <Text size="xs" style={{ whiteSpace: "nowrap" }}>
          <PageLink
            to="/g/$group/deployments/$id"
            params={{ group, id }}
            search={{ tab: "rollouts", rollout: runningRollout.id }}
          >
            revision {runningRollout.revision}, {runningRollout.phase}
          </PageLink>
        </Text>
      )}
    </>
  );
}

/** What serves, and the version that its alias means where that is another. */
function ModelCell({ group, deployment: { modelName, modelVersion, alias } }: CellProps) {
  return (
    <>
      <PageLink
        to="/g/$group/models/$name/versions/$version"
        params={{ group, name: modelName, version: modelVersion }}
        style={{ whiteSpace: "nowrap" }}
      >
        {modelName} v{modelVersion}
      </PageLink>
      {alias?.moved && alias.version !== null ? (
        <div>
          <Sign
            size="xs"
            look={{ icon: IconTag, word: `@${alias.name} is version ${alias.version}`, tone: "warn" }}
          />
        </div>
      ) : null}
    </>
  );
}

function TrafficCell({ traffic }: Pick<DeploymentSummary, "traffic">) {
  const { requestsLastMinute: requests, failedLastMinute: failed } = traffic;
  if (requests === 0) return MISSING;
  return (
    <>
      {requests.toLocaleString("en")}
      {failed > 0 ? (
        <Text size="xs" c="var(--mantine-color-error)" style={{ whiteSpace: "nowrap" }}>
          {formatShare(failed, requests)} failed
        </Text>
      ) : null}
    </>
  );
}
