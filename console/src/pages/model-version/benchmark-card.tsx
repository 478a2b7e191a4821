import { Stack, Text } from "@mantine/core";
import type { Benchmark } from "@slipway/contracts/api/benchmark";
import { FailedAction } from "#components/failed-action.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useBenchmark, type VersionRef } from "#data/benchmarks.ts";
import { plural } from "#lib/format.ts";
import { formatSize } from "#lib/memory.ts";
import { BenchmarkComparison } from "./benchmark-comparison.tsx";
import { MeasureButton, MeasurementProgress } from "./measurement.tsx";

/** What a version does on this machine, against what runs now. */
export function BenchmarkCard(ref: VersionRef) {
  const query = useBenchmark(ref);
  const benchmark = query.data;
  return (
    <Section title="Benchmark" beside={<MeasureButton {...ref} benchmark={benchmark} />}>
      <Stack gap="sm">
        <FailedAction error={query.error} />
        {benchmark === undefined ? null : (
          <>
            <MeasurementProgress benchmark={benchmark} />
            {benchmark.measured === null ? null : (
              <>
                <BenchmarkComparison {...ref} measured={benchmark.measured} />
                <Circumstances measured={benchmark.measured} />
              </>
            )}
          </>
        )}
      </Stack>
    </Section>
  );
}

/** When and how it was measured. */
function Circumstances({ measured }: { measured: NonNullable<Benchmark["measured"]> }) {
  const { at, terms, figures } = measured;
  const { loaded, rows, example, batching } = figures;
  const rowWords = rows === null ? "" : ` of ${plural(rows, "row")}`;
  const together = loaded.rowsPerBatch === null ? "" : `, ${loaded.rowsPerBatch} rows a call`;
  return (
    <Text size="xs" c="dimmed">
      Measured <Time at={at} /> on {terms.instanceType} ({formatSize(terms)}) at the replica, without the way
      to the caller, with an {example === "signature" ? "input made from the signature" : "input example"}
      {rowWords}; {plural(loaded.callers, "caller")} at the same time{together}. Batching {batching.state}:{" "}
      {batching.reason}
    </Text>
  );
}
