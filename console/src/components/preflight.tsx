import { Alert, Button, Group, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import type { Preflight, PreflightFinding, PreflightLevel } from "@slipway/contracts/api/preflight";
import {
  IconAlertTriangle,
  IconChevronDown,
  IconChevronRight,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconInfoCircle,
} from "@tabler/icons-react";
import { useId, useState } from "react";
import type { VersionRef } from "#data/benchmarks.ts";
import { usePreflight } from "#data/preflight.ts";
import { formatDuration, plural } from "#lib/format.ts";
import { partFindings, preflightLine } from "#lib/preflight-words.ts";
import { FailedAction } from "./failed-action.tsx";
import { type Look, Sign, TONES } from "./sign.tsx";
import { Time } from "./time.tsx";
import { Section } from "./value-table.tsx";

const LOOKS: Record<PreflightLevel, Look> = {
  error: { icon: IconCircleXFilled, tone: "bad", word: "Problem" },
  warning: { icon: IconAlertTriangle, tone: "warn", word: "Warning" },
  info: { icon: IconInfoCircle, tone: "quiet", word: "Note" },
  ok: { icon: IconCircleCheckFilled, tone: "good", word: "Passed" },
};
const VERDICTS: Record<Preflight["status"], Look> = {
  blocked: { ...LOOKS.error, word: "Deploying it would fail" },
  warnings: { ...LOOKS.warning, word: "Can be deployed, with doubts" },
  ready: { ...LOOKS.ok, word: "Ready to be deployed" },
};

interface PreflightCardProps {
  version: VersionRef;
  /** What the form would give a replica; that of the default instance type where nobody chose. */
  memoryBytes?: number | null;
}

/** What stands in the way of deploying a version, worst first, with what to do. It loads by itself and holds nothing up. */
export function PreflightCard({ version, memoryBytes = null }: PreflightCardProps) {
  const { data, error, isFetching, refetch } = usePreflight(version, memoryBytes);
  return (
    <Section
      title="Preflight"
      beside={
        <Button size="compact-sm" variant="default" loading={isFetching} onClick={() => void refetch()}>
          Check again
        </Button>
      }
    >
      <Stack gap="sm">
        <FailedAction error={error} />
        {data === undefined ? error === null ? <Checking /> : null : <Findings preflight={data} />}
      </Stack>
    </Section>
  );
}

function Checking() {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" c="dimmed">
        Looking at its files, Python and requirements. Nothing is started.
      </Text>
      <Skeleton height={18} width="60%" />
      <Skeleton height={18} width="85%" />
    </Stack>
  );
}

function Findings({ preflight: { status, findings, checkedAt, tookMs } }: { preflight: Preflight }) {
  const { open, passed } = partFindings(findings);
  return (
    <>
      <div aria-live="polite">
        <Sign look={VERDICTS[status]} />
      </div>
      <FindingList findings={open} label="Findings" />
      <Passed findings={passed} />
      <Text size="xs" c="dimmed">
        Checked <Time at={checkedAt} /> in {formatDuration(tookMs)}
      </Text>
    </>
  );
}

function Passed({ findings }: { findings: PreflightFinding[] }) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  if (findings.length === 0) return null;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton
        type="button"
        aria-expanded={opened}
        aria-controls={id}
        onClick={() => setOpened(!opened)}
      >
        <Group gap={5} wrap="nowrap">
          <Chevron size={16} aria-hidden />
          <Text span size="sm">
            {plural(findings.length, "check")} passed
          </Text>
        </Group>
      </UnstyledButton>
      <div id={id} hidden={!opened}>
        <Stack gap="sm" mt="sm">
          <FindingList findings={findings} label="Passed checks" />
        </Stack>
      </div>
    </div>
  );
}

function FindingList({ findings, label }: { findings: PreflightFinding[]; label: string }) {
  if (findings.length === 0) return null;
  return (
    <Stack gap="sm" component="ul" aria-label={label} m={0} p={0} style={{ listStyle: "none" }}>
      {findings.map((finding) => (
        <Finding key={`${finding.check} ${finding.title}`} finding={finding} />
      ))}
    </Stack>
  );
}

function Finding({ finding: { level, title, detail, remedy } }: { finding: PreflightFinding }) {
  const { icon: Icon, tone, word } = LOOKS[level];
  return (
    <Group component="li" gap={8} wrap="nowrap" align="flex-start">
      <Text span c={TONES[tone]} lh={0} mt={2} style={{ flexShrink: 0 }}>
        <Icon size={16} aria-hidden />
      </Text>
      <div style={{ minWidth: 0 }} className="break-anywhere">
        <Text size="sm" fw={600}>
          <Text span inherit c={TONES[tone]}>
            {word}:
          </Text>{" "}
          {title}
        </Text>
        <Text size="sm" c="dimmed">
          {detail}
        </Text>
        {remedy === null ? null : (
          <Text size="sm" mt={4}>
            {remedy}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** The same in a line, above the button that deploys; nothing where there is nothing to say. It holds nothing up. */
export function PreflightNotice({ version, memoryBytes = null }: PreflightCardProps) {
  const { data } = usePreflight(version, memoryBytes);
  const line = data === undefined ? null : preflightLine(data);
  const blocked = data?.status === "blocked";
  return (
    <div aria-live="polite">
      {line === null ? null : (
        <Alert
          color={blocked ? "red" : "yellow"}
          icon={<IconAlertTriangle aria-hidden />}
          py="xs"
          title={blocked ? "Preflight expects this to fail" : "Preflight has doubts"}
        >
          <Text size="sm" className="break-anywhere">
            {line}
          </Text>
        </Alert>
      )}
    </div>
  );
}
