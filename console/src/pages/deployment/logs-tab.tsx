import { Button, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { useReplicas } from "#data/deployments.ts";
import { useReplicaLog } from "#data/logs.ts";
import { plural } from "#lib/format.ts";
import { LogLines } from "./log-lines.tsx";

interface LogsTabProps {
  deployment: Deployment;
  chosen: string | undefined;
  onChoose: (replica: string) => void;
}

/** The log of a replica: chosen, followed, searched, downloaded. */
export function LogsTab({ deployment, chosen, onChoose }: LogsTabProps) {
  const { group, id } = deployment;
  const [follow, setFollow] = useState(true);
  const [search, setSearch] = useState("");
  const query = useReplicas({ group, id });
  const replicas = query.data?.items ?? [];
  const replica = chosen ?? replicas.find(({ state }) => state === "ready")?.id ?? replicas[0]?.id;
  if (query.error) return <FailedAction error={query.error} />;
  if (replica === undefined) {
    return (
      <Text c="dimmed" size="sm">
        {query.isPending
          ? "Looking for replicas…"
          : "No replica has run yet, so there is no log. The output of the steps is above, under Show output."}
      </Text>
    );
  }
  const names = replicas.map((each) => ({
    value: each.id,
    label: `${each.id} · revision ${each.revision} · ${each.state}`,
  }));
  if (!names.some(({ value }) => value === replica)) names.push({ value: replica, label: replica });
  return (
    <Stack gap="sm">
      <Group>
        <Select
          aria-label="Replica"
          data={names}
          value={replica}
          allowDeselect={false}
          w={{ base: "100%", xs: 300 }}
          onChange={(next) => {
            if (next !== null) onChoose(next);
          }}
        />
        <TextInput
          aria-label="Search the log"
          placeholder="Search the log"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={{ base: "100%", xs: 220 }}
        />
        <Switch
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      </Group>
      <Log key={replica} group={group} id={id} replica={replica} follow={follow} search={search} />
    </Stack>
  );
}

interface LogProps {
  group: string;
  id: string;
  replica: string;
  follow: boolean;
  search: string;
}

function Log({ group, id, replica, follow, search }: LogProps) {
  const log = useReplicaLog({ group, id }, replica, follow);
  const wanted = search.toLowerCase();
  const lines = wanted === "" ? log.lines : log.lines.filter((line) => line.toLowerCase().includes(wanted));
  return (
    <>
      <FailedAction error={log.problem} />
      <LogLines lines={lines} search={search} follow={follow} label={`Log of ${replica}`} />
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {wanted === ""
            ? plural(log.lines.length, "line")
            : `${lines.length} of ${plural(log.lines.length, "line")}`}
          {log.state === "following" && follow
            ? " · live"
            : log.state === "connecting"
              ? " · connecting"
              : ""}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => download(`${id}-${replica}.log`, log.lines)}
        >
          Download
        </Button>
      </Group>
    </>
  );
}

function download(fileName: string, lines: string[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
