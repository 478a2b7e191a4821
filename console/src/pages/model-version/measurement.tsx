import { Alert, Button, Group, Loader, Text } from "@mantine/core";
import type { Benchmark } from "@slipway/contracts/api/benchmark";
import { IconAlertTriangle } from "@tabler/icons-react";
import { FailedAction } from "#components/failed-action.tsx";
import { Time } from "#components/time.tsx";
import { isUnderWay, useRequestBenchmark, type VersionRef } from "#data/benchmarks.ts";

interface MeasureButtonProps extends VersionRef {
  benchmark: Benchmark | undefined;
  /** Tells the version where it is not the page's own. */
  label?: string;
}

/** Has a version measured, unless that is under way. */
export function MeasureButton({ benchmark, label, ...ref }: MeasureButtonProps) {
  const request = useRequestBenchmark(ref);
  const again = benchmark !== undefined && benchmark.state !== "none";
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={request.isPending}
        disabled={benchmark === undefined || isUnderWay(benchmark)}
        onClick={() => request.mutate()}
      >
        {label ?? (again ? "Measure again" : "Measure")}
      </Button>
      <FailedAction error={request.error} />
    </>
  );
}

/** What a measurement is at, or why there is none. */
export function MeasurementProgress({ benchmark }: { benchmark: Benchmark }) {
  const { state, message, requestedBy, requestedAt } = benchmark;
  return (
    <div aria-live="polite">
      {state === "none" && benchmark.measured === null ? (
        <Text size="sm" c="dimmed">
          Not measured yet. A copy is started on this machine and asked with the version's own input example,
          for about ten seconds, behind everything that serves.
        </Text>
      ) : null}
      {isUnderWay(benchmark) ? (
        <Group gap="xs" wrap="nowrap">
          <Loader size="xs" aria-hidden />
          <Text size="sm">
            {state === "waiting" ? "Waiting for its turn." : (message ?? "Begins.")}{" "}
            <Text span inherit c="dimmed">
              Asked for by {requestedBy}, <Time at={requestedAt} />.
            </Text>
          </Text>
        </Group>
      ) : null}
      {state === "failed" ? (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="It could not be measured" py="xs">
          <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
            {message}
          </Text>
        </Alert>
      ) : null}
    </div>
  );
}
