import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconInfoCircle, IconLink, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { COMPARED_MAX, COMPARED_MIN, type VersionChoice } from "#lib/version-choice.ts";
import { AddVersion } from "./add-version.tsx";
import { ComparedVersions } from "./compared-versions.tsx";
import { MetricOverVersions } from "./metric-over-versions.tsx";
import { ParallelCoordinates } from "./parallel-coordinates.tsx";
import { type ComparedColumn, sameVersion, useColumns, useComparison } from "./use-comparison.ts";
import { WhatWouldChange } from "./what-would-change.tsx";

/** Two to ten versions side by side, in charts, and what a deployment of one of them would change. */
export function ComparePage(): ReactNode {
  const { group, choices, choose } = useComparison();
  const tooMany = choices.length > COMPARED_MAX;
  const columns = useColumns(group, tooMany ? [] : choices);
  const models = [...new Set(choices.map(({ name }) => name))];
  const [only] = models;
  // One that is not there says so in its column; what none can be read for is the page's.
  const problem = columns.every(({ query }) => query.isLoadingError) ? columns[0]?.query.error : null;
  return (
    <Page
      title="Compare versions"
      tabTitle={`Compare ${models.join(", ")} · ${group}`}
      trail={[
        <PageLink key="models" to="/g/$group/models" params={{ group }}>
          Models
        </PageLink>,
        ...(models.length === 1 && only !== undefined
          ? [
              <PageLink
                key="model"
                to="/g/$group/models/$name"
                params={{ group, name: only }}
                className="break-anywhere"
              >
                {only}
              </PageLink>,
            ]
          : []),
      ]}
      actions={
        <>
          <CopyLink />
          <AddVersion
            group={group}
            choices={choices}
            onAdd={(added) => choose([...choices.filter((each) => !sameVersion(each, added)), added])}
          />
        </>
      }
    >
      {choices.length < COMPARED_MIN || tooMany ? <NoComparison choices={choices} choose={choose} /> : null}
      {problem ? (
        <ProblemAlert
          error={problem}
          group={group}
          onRetry={() => void Promise.all(columns.map(({ query }) => query.refetch()))}
        />
      ) : null}
      {columns.length >= COMPARED_MIN ? <ComparedVersions columns={columns} /> : null}
      {columns.length > 0 && !problem ? <More columns={columns} /> : null}
    </Page>
  );
}

function More({ columns }: { columns: ComparedColumn[] }) {
  return (
    <>
      <WhatWouldChange columns={columns} />
      <MetricOverVersions columns={columns} />
      {columns.length >= COMPARED_MIN ? <ParallelCoordinates columns={columns} /> : null}
    </>
  );
}

interface NoComparisonProps {
  choices: VersionChoice[];
  choose: (choices: VersionChoice[]) => void;
}

/** Why there is nothing side by side, and what to do. */
function NoComparison({ choices, choose }: NoComparisonProps) {
  const over = choices.length - COMPARED_MAX;
  return (
    <Alert
      color="blue"
      icon={<IconInfoCircle aria-hidden />}
      title={
        over > 0 ? `${choices.length} versions are too many` : `Choose at least ${COMPARED_MIN} versions`
      }
    >
      <Stack gap="xs">
        <Text size="sm">
          {over > 0
            ? `At most ${COMPARED_MAX} fit beside each other. Take ${over} out.`
            : "Add versions with the button above, of the same model or of others; or select them in a model's table of versions and press Compare."}
        </Text>
        <Group gap="xs">
          {choices.map((choice) => (
            <Button
              key={`${choice.name}/${choice.version}`}
              size="compact-sm"
              variant="default"
              rightSection={<IconX size={14} aria-hidden />}
              aria-label={`Take ${choice.name} v${choice.version} out`}
              onClick={() => choose(choices.filter((each) => !sameVersion(each, choice)))}
            >
              {choice.name} v{choice.version}
            </Button>
          ))}
        </Group>
      </Stack>
    </Alert>
  );
}

/** The URL says all that is seen. */
function CopyLink() {
  const { copied, copy } = useClipboard();
  return (
    <Button
      variant="default"
      leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconLink size={16} aria-hidden />}
      onClick={() => copy(window.location.href)}
    >
      {copied ? "Link copied" : "Copy link"}
    </Button>
  );
}
