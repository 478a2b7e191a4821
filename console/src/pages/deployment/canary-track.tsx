import { Text } from "@mantine/core";
import type { RolloutProgress } from "@slipway/contracts/api/rollout";
import type { CanaryStep } from "@slipway/contracts/api/strategy";
import { IconCircleCheckFilled, IconCircleDashed, IconLoader2 } from "@tabler/icons-react";
import type { Look } from "#components/sign.tsx";
import { Track } from "#components/track.tsx";
import { useNowMs } from "#components/use-now.ts";
import { formatDuration } from "#lib/format.ts";

interface CanaryTrackProps {
  steps: CanaryStep[];
  progress: RolloutProgress;
  /** The new revision's share of the requests now, in percent. */
  weight: number;
}

/** The steps of a canary, which of them it is in, and how much of its time is left. */
export function CanaryTrack({ steps, progress, weight }: CanaryTrackProps) {
  const current =
    progress.phase === "canary" ? progress.step : progress.phase === "moving" ? steps.length : -1;
  const stages = steps.map(({ weight: share, pauseSeconds }, index) => ({
    name: `${share} % of the requests`,
    look: lookAt(index, current ?? 0),
    beside:
      index === current ? (
        <TimeLeft since={progress.since} seconds={pauseSeconds} />
      ) : (
        ` · for ${formatDuration(pauseSeconds * 1_000)}`
      ),
  }));
  return (
    <div>
      <Text size="sm" mb="xs">
        The new revision gets <strong>{weight} %</strong> of the requests now.
      </Text>
      <Track
        label="Steps of the canary"
        stages={[...stages, { name: "All requests", look: lookAt(steps.length, current ?? 0) }]}
      />
    </div>
  );
}

function lookAt(index: number, current: number): Look {
  if (index < current) return { icon: IconCircleCheckFilled, word: "passed", tone: "good" };
  if (index === current) return { icon: IconLoader2, word: "now", tone: "busy", spins: true };
  return { icon: IconCircleDashed, word: "to come", tone: "quiet" };
}

/** How much of a step's least time is left. */
export function TimeLeft({ since, seconds }: { since: string; seconds: number }) {
  const leftMs = Date.parse(since) + seconds * 1_000 - useNowMs();
  return leftMs > 0
    ? ` · ${formatDuration(Math.ceil(leftMs / 1_000) * 1_000)} left`
    : ` · its ${formatDuration(seconds * 1_000)} are over`;
}
