import { Group, Stack, Text, Title } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { PageLink } from "#components/links.tsx";
import { Sign } from "#components/sign.tsx";
import { Section } from "#components/value-table.tsx";
import { strategyName, waitingWords } from "#lib/rollout-words.ts";
import { CanaryTrack, TimeLeft } from "./canary-track.tsx";
import { RequestCountsTable } from "./request-counts.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { RolloutChecks } from "./rollout-checks.tsx";
import { ROLLOUT_LOOKS } from "./rollout-looks.ts";
import { RolloutSteps } from "./rollout-steps.tsx";
import { ShadowReportView } from "./shadow-report.tsx";

/** The newest rollout: how far it is, how the new revision does, what one can do to it. */
export function RolloutSection({ deployment }: { deployment: Deployment }) {
  const { steps, rollout, group, id } = deployment;
  if (rollout === null) {
    return (
      <Section title="Rollout">
        <RolloutSteps steps={steps} running />
      </Section>
    );
  }
  const running = rollout.state === "running";
  return (
    <Section
      title={`Rollout of revision ${rollout.revision}`}
      beside={
        running ? (
          <RolloutActions deployment={{ group, id }} rollout={rollout} />
        ) : (
          <Group gap="sm">
            <Sign look={ROLLOUT_LOOKS[rollout.state]} />
            <PageLink
              fz="sm"
              to="/g/$group/deployments/$id"
              params={{ group, id }}
              search={{ tab: "rollouts", rollout: rollout.id }}
            >
              Receipt
            </PageLink>
          </Group>
        )
      }
    >
      <Stack gap="md">
        <RolloutSteps steps={steps} running={running} />
        {running && rollout.progress !== null ? (
          <Progress rollout={rollout} weight={weightOf(deployment, rollout.revision)} />
        ) : null}
      </Stack>
    </Section>
  );
}

function weightOf({ shares }: Deployment, revision: number): number {
  return shares.find((share) => share.revision === revision)?.weight ?? 0;
}

function Progress({ rollout, weight }: { rollout: Rollout; weight: number }) {
  const { progress, strategy, checks, shadow } = rollout;
  if (progress === null || progress.phase === "starting") return null;
  return (
    <>
      <div>
        <Title order={3}>{capital(strategyName(strategy))}</Title>
        <Text size="sm" aria-live="polite" className="break-anywhere">
          {progress.message}
        </Text>
        {strategy.kind === "shadow" && progress.phase === "shadow" ? (
          <Text size="sm" c="dimmed">
            {capital(waitingWords(progress.waitingFor))}
            <TimeLeft since={progress.since} seconds={strategy.seconds} />
          </Text>
        ) : null}
      </div>
      {strategy.kind === "canary" ? (
        <CanaryTrack steps={strategy.steps} progress={progress} weight={weight} />
      ) : null}
      {checks.length > 0 ? <RolloutChecks checks={checks} /> : null}
      <RequestCountsTable rollout={rollout} />
      {shadow === null ? null : <ShadowReportView report={shadow} />}
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
