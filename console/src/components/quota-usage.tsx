import { Alert, Progress, Group as Row, Stack, Text } from "@mantine/core";
import type { Group, Usage } from "@slipway/contracts/api/identity";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type QuotaLine, quotaLines } from "#lib/quota-lines.ts";

interface QuotaUsageProps {
  group: Pick<Group, "quotas" | "usage">;
  /** What a change would add. */
  adds: Usage;
}

/** What a group uses of its quotas and what a change adds, in words and bars. */
export function QuotaUsage({ group, adds }: QuotaUsageProps) {
  return (
    <Stack gap="sm">
      {quotaLines(group, adds).map((line) => (
        <Line key={line.what} line={line} />
      ))}
    </Stack>
  );
}

/** Says that a change would exceed the quotas, before it is sent. */
export function QuotaWarning({ group, adds }: QuotaUsageProps) {
  const exceeded = quotaLines(group, adds).filter(({ exceeds }) => exceeds);
  return (
    <div aria-live="polite">
      {exceeded.length > 0 ? (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} py="xs" title="More than the quota">
          <Text size="sm">
            This would exceed the group's quota of {exceeded.map(quotaWord).join(" and ")}. Ask for less, stop
            another deployment, or ask an administrator for more.
          </Text>
        </Alert>
      ) : null}
    </div>
  );
}

function Line({ line: { what, words, change, used, adds, quota, exceeds } }: { line: QuotaLine }) {
  const share = (amount: number): number =>
    quota === null ? 0 : quota === 0 ? 100 : Math.min(100, (amount / quota) * 100);
  const before = share(Math.min(used, used + adds));
  return (
    <div>
      <Row justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{what}</Text>
        <Text size="sm" {...(exceeds ? { c: "var(--mantine-color-error)" } : {})}>
          {words}
          {change === "" ? null : (
            <Text span inherit fw={600}>
              {" "}
              {change}
            </Text>
          )}
        </Text>
      </Row>
      {quota === null ? null : (
        <Progress.Root size="sm" mt={4} aria-hidden>
          <Progress.Section value={before} color={used > quota ? "red" : "blue"} withAria={false} />
          <Progress.Section
            value={Math.min(100 - before, share(Math.abs(adds)))}
            color={exceeds ? "red" : adds < 0 ? "gray" : "cyan"}
            striped
            withAria={false}
          />
        </Progress.Root>
      )}
    </div>
  );
}

function quotaWord({ what, quota, words }: QuotaLine): string {
  return what === "Memory" ? `${words.split(" of ")[1] ?? ""} of memory` : `${quota} ${what.toLowerCase()}`;
}
