import { ActionIcon, Button, Group, Switch, Text } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconDownload } from "@tabler/icons-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { SearchBox } from "#components/search-box.tsx";
import type { DeploymentRef } from "#data/deployments.ts";
import { logDownloadPath, useLog } from "#data/logs.ts";
import { plural } from "#lib/format.ts";
import { findLines } from "#lib/log-line.ts";
import { LogLines } from "./log-lines.tsx";

interface LogViewProps {
  deployment: DeploymentRef;
  /** Null is the log of all replicas together. */
  log: string | null;
  follow: boolean;
  find: string;
  onFind: (text: string) => void;
}

/** A log that is followed, searched and downloaded. */
export function LogView({ deployment, log, follow, find, onFind }: LogViewProps) {
  const read = useLog(deployment, log, follow);
  const [matchesOnly, setMatchesOnly] = useState(false);
  const [step, setStep] = useState<number | null>(null);
  const found = useMemo(() => findLines(read.lines, find), [read.lines, find]);
  const filtered = matchesOnly && find !== "";
  const lines = filtered ? found.flatMap((index) => read.lines[index] ?? []) : read.lines;
  const position = step === null || found.length === 0 ? null : modulo(step, found.length);
  function go(by: number): void {
    setStep(position === null ? (by > 0 ? 0 : -1) : position + by);
  }
  return (
    <>
      <Group gap="xs" onKeyDown={(event) => stepOnEnter(event, go)}>
        <SearchBox
          label="Search the log"
          value={find}
          onChange={(text) => {
            setStep(null);
            onFind(text);
          }}
        />
        {find === "" ? null : (
          <>
            <Text size="sm" aria-live="polite">
              {position === null ? "" : `${position + 1} of `}
              {plural(found.length, "line")}
            </Text>
            <ActionIcon variant="default" aria-label="The match before" onClick={() => go(-1)}>
              <IconChevronUp size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="default" aria-label="The next match" onClick={() => go(1)}>
              <IconChevronDown size={16} aria-hidden />
            </ActionIcon>
            <Switch
              label="Only lines that match"
              checked={matchesOnly}
              onChange={(event) => setMatchesOnly(event.currentTarget.checked)}
            />
          </>
        )}
      </Group>
      <FailedAction error={read.problem} />
      <LogLines
        lines={lines}
        search={find}
        current={position === null ? null : filtered ? position : (found[position] ?? null)}
        follow={follow}
        label={log === null ? "All logs together" : `Log of ${log}`}
      />
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {plural(read.lines.length, "line")}, times in UTC
          {read.state === "following" && follow
            ? " · live"
            : read.state === "connecting"
              ? " · connecting"
              : ""}
        </Text>
        <Button
          component="a"
          href={logDownloadPath(deployment, log)}
          download={`${deployment.id}-${log ?? "all"}.log`}
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          Download the whole log
        </Button>
      </Group>
    </>
  );
}

/** Enter goes to the next match, Shift+Enter to the one before. */
function stepOnEnter(event: KeyboardEvent, go: (by: number) => void): void {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  go(event.shiftKey ? -1 : 1);
}

function modulo(number: number, length: number): number {
  return ((number % length) + length) % length;
}
