import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { useUrlText } from "#components/use-url-text.ts";
import { Section } from "#components/value-table.tsx";
import { type DeploymentRef, useServedAt } from "#data/deployments.ts";
import { formatExact, formatUtc } from "#lib/format.ts";
import { fromLocalTime, toLocalTime } from "#lib/local-time.ts";

interface ServedAtProps {
  deployment: DeploymentRef;
  /** The time in question, as the URL holds it. */
  at: string | undefined;
  onChange: (at: string | null) => void;
}

/** Answers what served at a time; the URL holds the question, so that it can be passed on. */
export function ServedAt({ deployment, at, onChange }: ServedAtProps) {
  // What is typed must not wait for the URL: the browser would take the old time for a second input.
  const [time, setTime] = useUrlText(at === undefined ? "" : toLocalTime(at), (next = "") =>
    onChange(fromLocalTime(next)),
  );
  return (
    <Section title="What was serving at …?">
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <TextInput
            type="datetime-local"
            step={1}
            label="Time"
            description={`In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
            value={time}
            max="9999-12-31T23:59:59"
            w={{ base: "100%", xs: 260 }}
            onChange={(event) => setTime(toLocalTime(event.currentTarget.value))}
          />
          <Button variant="default" onClick={() => onChange(new Date().toISOString())}>
            Now
          </Button>
        </Group>
        {at === undefined ? null : toLocalTime(at) === "" ? (
          <Text size="sm">“{at}” in the address is no time.</Text>
        ) : (
          <Answer deployment={deployment} at={new Date(at).toISOString()} />
        )}
      </Stack>
    </Section>
  );
}

function Answer({ deployment, at }: { deployment: DeploymentRef; at: string }) {
  const served = useServedAt(deployment, at);
  if (served.error) return <FailedAction error={served.error} />;
  return (
    <div aria-live="polite">
      <Text size="sm" fw={600}>
        At {formatUtc(at)} ({formatExact(at)} here)
      </Text>
      {served.data === undefined ? null : served.data.items.length === 0 ? (
        <Text size="sm">Nothing was serving.</Text>
      ) : (
        served.data.items.map(({ number, modelUri, weight }) => (
          <Text size="sm" key={number}>
            <PageLink
              to="/g/$group/deployments/$id"
              params={deployment}
              search={{ tab: "history", at, revision: String(number) }}
            >
              Revision {number}
            </PageLink>
            , <span className="mono">{modelUri}</span>
            {weight === undefined ? "" : `, with ${weight} % of the requests`}
          </Text>
        ))
      )}
    </div>
  );
}
