import { Group, Select, Stack, Switch } from "@mantine/core";
import type { Deployment, LogFile } from "@slipway/contracts/api/deployment";
import { useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { useUrlText } from "#components/use-url-text.ts";
import { useReplicas } from "#data/deployments.ts";
import { useLogFiles } from "#data/logs.ts";
import { formatBytes } from "#lib/format.ts";
import { LogView } from "./log-view.tsx";
import { useView } from "./use-view.ts";

const ALL = "all";

/** The logs: all together, of one, also a dead one, or of a build. */
export function LogsTab({ deployment }: { deployment: Deployment }) {
  const { group, id } = deployment;
  const { search, change } = useView();
  const [follow, setFollow] = useState(true);
  const [find, setFind] = useUrlText(search.find, (next) => change({ find: next }));
  const files = useLogFiles({ group, id });
  const chosen = search.log ?? ALL;
  return (
    <Stack gap="sm">
      <Group>
        <Select
          aria-label="Log"
          data={useChoices(deployment, files.data?.items ?? [], chosen)}
          value={chosen}
          allowDeselect={false}
          searchable
          w={{ base: "100%", xs: 340 }}
          onChange={(next) => change({ log: next === null || next === ALL ? undefined : next })}
        />
        <Switch
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      </Group>
      <FailedAction error={files.error} />
      <LogView
        key={chosen}
        deployment={{ group, id }}
        log={chosen === ALL ? null : chosen}
        follow={follow}
        find={find}
        onFind={setFind}
      />
    </Stack>
  );
}

/** All together, then the replicas (which of them are running is said), then the builds. */
function useChoices({ group, id }: Deployment, files: LogFile[], chosen: string) {
  const replicas = useReplicas({ group, id }).data?.items ?? [];
  const newestFirst = files.toSorted((a, b) => b.changedAt.localeCompare(a.changedAt));
  function entries(kind: LogFile["kind"]) {
    return newestFirst
      .filter((file) => file.kind === kind)
      .map(({ name, revision, bytes }) => {
        const state = replicas.find((replica) => replica.id === name)?.state ?? "ended";
        const what = kind === "build" ? `revision ${revision}` : `revision ${revision} · ${state}`;
        return { value: name, label: `${name} · ${what} · ${formatBytes(bytes)}` };
      });
  }
  const known = files.some(({ name }) => name === chosen) || chosen === ALL;
  return [
    { value: ALL, label: "All together" },
    { group: "Replicas", items: entries("replica") },
    { group: "Builds of environments", items: entries("build") },
    ...(known ? [] : [{ value: chosen, label: chosen }]),
  ];
}
