import { Stack, Text, Title } from "@mantine/core";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { describeStrategy } from "@slipway/contracts/spec-diff";
import type { ReactNode } from "react";
import { FactList } from "#components/fact-list.tsx";
import { Sign } from "#components/sign.tsx";
import { SpecChanges } from "#components/spec-changes.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { formatDuration, formatUtc } from "#lib/format.ts";
import { reasonWords, rolloutMove } from "#lib/rollout-words.ts";
import { RequestCountsTable } from "./request-counts.tsx";
import { RolloutChecks } from "./rollout-checks.tsx";
import { ROLLOUT_LOOKS } from "./rollout-looks.ts";
import { RolloutSteps } from "./rollout-steps.tsx";
import { ShadowReportView } from "./shadow-report.tsx";

/** What a rollout was, did and left behind. */
export function RolloutReceipt({ rollout }: { rollout: Rollout }) {
  const { id, revision, fromRevision, state, message, changes, steps, checks, shadow } = rollout;
  return (
    <Section title={`Rollout ${id}: ${rolloutMove(rollout)}`} beside={<Sign look={ROLLOUT_LOOKS[state]} />}>
      <Stack gap="lg">
        {message === null ? null : (
          <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
            {message}
          </Text>
        )}
        <FactList facts={facts(rollout)} />
        <Part title="Requests while it ran">
          <RequestCountsTable rollout={rollout} />
        </Part>
        <Part title="What changed">
          <SpecChanges
            changes={changes}
            from={`revision ${fromRevision}`}
            to={`revision ${revision}`}
            none={
              fromRevision === null
                ? "It is the first revision that was to serve: there was nothing before it."
                : "The two revisions have the same spec."
            }
          />
        </Part>
        {steps.length > 0 ? (
          <Part title="Steps">
            <RolloutSteps steps={steps} running={state === "running"} />
          </Part>
        ) : null}
        {checks.length > 0 ? (
          <Part title="Checks against the revision before">
            <RolloutChecks checks={checks} />
          </Part>
        ) : null}
        {shadow === null ? null : (
          <Part title="Mirrored requests">
            <ShadowReportView report={shadow} />
          </Part>
        )}
      </Stack>
    </Section>
  );
}

function facts(rollout: Rollout): (readonly [string, ReactNode | null])[] {
  const { author, strategy, startedAt, finishedAt, durationMs, reason } = rollout;
  return [
    ["By", author],
    ["Strategy", describeStrategy(strategy)],
    ["Reason", reason === null ? null : reasonWords(reason)],
    ["Started", <TwoTimes key="started" at={startedAt} />],
    ["Finished", finishedAt === null ? "not yet" : <TwoTimes key="finished" at={finishedAt} />],
    ["Took", durationMs === null ? null : formatDuration(durationMs)],
  ];
}

function TwoTimes({ at }: { at: string }) {
  return (
    <>
      {formatUtc(at)} (<Time at={at} />)
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3} mb={6}>
        {title}
      </Title>
      {children}
    </div>
  );
}
