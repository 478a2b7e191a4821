import { Button, Collapse, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Step } from "@slipway/contracts/step";
import {
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconLoader2,
} from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";
import { Section } from "#components/value-table.tsx";
import { formatDuration, plainLine } from "#lib/format.ts";

const LOOKS = {
  pending: { Icon: IconCircleDashed, word: "waiting", color: "var(--mantine-color-dimmed)" },
  running: { Icon: IconLoader2, word: "running", color: "var(--mantine-color-blue-light-color)" },
  done: {
    Icon: IconCircleCheckFilled,
    word: "done",
    color: "light-dark(#1f7a33, var(--mantine-color-green-4))",
  },
  failed: { Icon: IconCircleXFilled, word: "failed", color: "var(--mantine-color-red-light-color)" },
  skipped: { Icon: IconCircleMinus, word: "skipped", color: "var(--mantine-color-dimmed)" },
} as const;

/** The steps from a version to a live endpoint, as they happen. */
export function RolloutSteps({ deployment }: { deployment: Deployment }) {
  const { steps, rollout } = deployment;
  const current =
    steps.find(({ state }) => state === "failed") ?? steps.find(({ state }) => state === "running");
  const [opened, { toggle }] = useDisclosure(false);
  const withOutput = steps.filter(({ output }) => output.length > 0);
  const settled = steps.every(({ state }) => state === "done" || state === "skipped");
  return (
    <Section
      title={rollout === null ? "Rollout" : `Rollout of revision ${rollout.revision}`}
      beside={
        withOutput.length > 0 ? (
          <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={opened}>
            {opened ? "Hide output" : "Show output"}
          </Button>
        ) : null
      }
    >
      <ol className="steps">
        {steps.map((step) => (
          <StepItem key={step.name} step={step} />
        ))}
      </ol>
      {current === undefined || settled ? null : <Progress step={current} />}
      <Collapse expanded={opened}>
        {withOutput.map(({ name, output }) => (
          <div key={name}>
            <Text size="sm" fw={600} mt="sm" mb={4}>
              Output of {name}
            </Text>
            <ScrollBox className="code-box wrap" label={`Output of ${name}`} style={{ maxHeight: 280 }}>
              {output.map(plainLine).join("\n")}
            </ScrollBox>
          </div>
        ))}
      </Collapse>
    </Section>
  );
}

function StepItem({ step }: { step: Step }) {
  const { Icon, word, color } = LOOKS[step.state];
  const running = step.state === "running";
  return (
    <li className="step" data-state={step.state}>
      <Text span c={color} lh={0} pt={2}>
        <Icon size={18} aria-hidden className={running ? "spin" : undefined} />
      </Text>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {step.name}
        </Text>
        <Text size="xs" c="dimmed">
          {word}
          {running && step.startedAt !== null ? <Elapsed since={step.startedAt} /> : null}
          {step.durationMs === null || running ? "" : ` · ${formatDuration(step.durationMs)}`}
        </Text>
        {step.message !== null && step.state !== "failed" ? (
          <Text size="xs" c="dimmed" lineClamp={2} title={step.message} className="break-anywhere">
            {step.message}
          </Text>
        ) : null}
      </div>
    </li>
  );
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

function Elapsed({ since }: { since: string }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return ` · ${formatDuration(Math.max(0, nowMs - Date.parse(since)))}`;
}
