import { SegmentedControl, Stack, Text } from "@mantine/core";
import type { Deployment, DeploymentEvent } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ShowOlder } from "#components/show-older.tsx";
import { TONES } from "#components/sign.tsx";
import { Time } from "#components/time.tsx";
import { type DeploymentRef, LIST_MAX, useDeploymentEvents } from "#data/deployments.ts";
import { useLive } from "#data/live.ts";
import { useRollouts } from "#data/rollouts.ts";
import { actsBySystem, eventWords } from "#lib/event-words.ts";
import { rolloutAt } from "#lib/rollout-words.ts";
import { lookOfEvent } from "./event-looks.ts";
import { useView } from "./use-view.ts";

const SIZE = 100;
const FILTERS = [
  { value: "all", label: "All" },
  { value: "people", label: "People" },
  { value: "system", label: "System" },
];

/** One timeline: who did what, what Slipway did by itself and why. */
export function EventsTab({ deployment: { group, id } }: { deployment: Deployment }) {
  const { search, change } = useView();
  const live = useLive();
  const [size, setSize] = useState(SIZE);
  const events = useDeploymentEvents({ group, id }, size);
  const rollouts = useRollouts({ group, id }).data?.items ?? [];
  if (events.error) return <FailedAction error={events.error} />;
  if (!events.data) return <PagePending rows={3} />;
  const by = FILTERS.find(({ value }) => value === search.by)?.value ?? "all";
  const shown = events.data.items.filter(
    (event) => by === "all" || actsBySystem(event) === (by === "system"),
  );
  return (
    <Stack>
      <div>
        <SegmentedControl
          aria-label="Whose events"
          size="xs"
          data={FILTERS}
          value={by}
          onChange={(next) => change({ by: next === "all" ? undefined : next })}
        />
        <Text span size="sm" c="dimmed" ml="sm">
          newest first{live ? " · live" : ""}
        </Text>
      </div>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {by === "people" ? "Nobody has done anything yet." : "Slipway has done nothing by itself yet."}
        </Text>
      ) : (
        <ol className="timeline" aria-label="Events">
          {shown.map((event) => (
            <EventItem
              key={event.id}
              deployment={{ group, id }}
              event={event}
              rollout={rolloutAt(rollouts, event.revision, event.at)}
            />
          ))}
        </ol>
      )}
      <ShowOlder
        more={events.data.nextPageToken !== undefined && size < LIST_MAX}
        onClick={() => setSize(LIST_MAX)}
      />
    </Stack>
  );
}

interface EventItemProps {
  deployment: DeploymentRef;
  event: DeploymentEvent;
  rollout: Rollout | null;
}

function EventItem({ deployment, event, rollout }: EventItemProps) {
  const { icon: Icon, tone } = lookOfEvent(event.kind);
  const { revision } = event;
  const aboutRollout = rollout !== null && /^(rollout|alias)\./.test(event.kind);
  return (
    <li>
      <Text span c={TONES[tone]} lh={0} pt={2}>
        <Icon size={18} aria-hidden />
      </Text>
      <div>
        <Text size="sm">
          <strong>{eventWords(event.kind)}</strong>
          <Text span inherit c="dimmed">
            {" "}
            · {event.actor} · <Time at={event.at} />
          </Text>
          {revision === null ? null : (
            <>
              {" · "}
              <PageLink
                underline="always"
                to="/g/$group/deployments/$id"
                params={deployment}
                search={
                  aboutRollout
                    ? { tab: "rollouts", rollout: rollout.id }
                    : { tab: "history", revision: String(revision) }
                }
              >
                {aboutRollout ? `rollout ${rollout.id}` : `revision ${revision}`}
              </PageLink>
            </>
          )}
        </Text>
        <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
          {event.message}
        </Text>
      </div>
    </li>
  );
}
