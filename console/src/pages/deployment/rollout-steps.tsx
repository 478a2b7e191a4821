import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Step } from "@slipway/contracts/step";
import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconLoader2,
} from "@tabler/icons-react";
import { ScrollBox } from "#components/scroll-box.tsx";
import type { Look } from "#components/sign.tsx";
import { Track } from "#components/track.tsx";
import { useNowMs } from "#components/use-now.ts";
import { formatDuration, plainLine } from "#lib/format.ts";

const LOOKS: Record<Step["state"], Look> = {
  pending: { icon: IconCircleDashed, word: "waiting", tone: "quiet" },
  running: { icon: IconLoader2, word: "running", tone: "busy", spins: true },
  done: { icon: IconCircleCheckFilled, word: "done", tone: "good" },
  failed: { icon: IconCircleXFilled, word: "failed", tone: "bad" },
  skipped: { icon: IconCircleMinus, word: "skipped", tone: "quiet" },
};

/** A step that was under way when its rollout ended was never reached. */
function lookOf(state: Step["state"], running: boolean): Look {
  return running || (state !== "running" && state !== "pending")
    ? LOOKS[state]
    : { ...LOOKS.skipped, word: "not reached" };
}

interface RolloutStepsProps {
  steps: Step[];
  /** Whether the rollout that they belong to is still under way. */
  running: boolean;
}

/** The steps from a version to a live endpoint, as they happen, with their output on request. */
export function RolloutSteps({ steps, running }: RolloutStepsProps) {
  const current =
    steps.find(({ state }) => state === "failed") ??
    (running ? steps.find(({ state }) => state === "running") : undefined);
  const [opened, { toggle }] = useDisclosure(false);
  const withOutput = steps.filter(({ output }) => output.length > 0);
  return (
    <div>
      <Track
        label="Steps"
        stages={steps.map((step) => ({
          name: step.name,
          look: lookOf(step.state, running),
          beside: step.state === "running" && !running ? null : <StepTime step={step} />,
          note: step.state === "failed" ? null : step.message,
        }))}
      />
      {current === undefined ? null : <Progress step={current} />}
      {withOutput.length > 0 ? (
        <Button size="compact-xs" variant="subtle" mt="xs" onClick={toggle} aria-expanded={opened}>
          {opened ? "Hide output" : "Show output"}
        </Button>
      ) : null}
      {opened ? <StepOutputs steps={withOutput} /> : null}
    </div>
  );
}

function StepOutputs({ steps }: { steps: Step[] }) {
  return (
    <>
      {steps.map(({ name, output }) => (
        <div key={name}>
          <Text size="sm" fw={600} mt="sm" mb={4}>
            Output of {name}
          </Text>
          <ScrollBox className="code-box wrap" label={`Output of ${name}`} style={{ maxHeight: 280 }}>
            {output.map(plainLine).join("\n")}
          </ScrollBox>
        </div>
      ))}
    </>
  );
}

function StepTime({ step: { state, startedAt, durationMs } }: { step: Step }) {
  if (state === "running") return startedAt === null ? null : <Elapsed since={startedAt} />;
  return durationMs === null ? null : ` · ${formatDuration(durationMs)}`;
}

function Elapsed({ since }: { since: string }) {
  return ` · ${formatDuration(Math.max(0, useNowMs() - Date.parse(since)))}`;
}

/** Under the steps: the newest line of the running one, or why one failed. */
function Progress({ step }: { step: Step }) {
  const failed = step.state === "failed";
  const line = failed ? step.message : (step.output.at(-1) ?? step.message);
  if (line === null || line === undefined) return null;
  return (
    <Text
      component="div"
      mt="sm"
      className="mono break-anywhere"
      style={{ whiteSpace: "pre-wrap" }}
      {...(failed ? { c: "var(--mantine-color-red-light-color)" } : { lineClamp: 2 })}
    >
      {plainLine(line)}
    </Text>
  );
}
