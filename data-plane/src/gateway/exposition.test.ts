import { expect, test } from "vitest";
import { Prometheus } from "#telemetry/prometheus.ts";
import { families } from "./exposition.ts";
import { Meter } from "./meter.ts";

async function page(meter: Meter): Promise<string[]> {
  return (await new Prometheus().page(families(meter.totals()))).split("\n");
}

test("a page tells totals, cumulated times and what replicas there are, per deployment and revision", async () => {
  const meter = new Meter();
  for (const latencyMs of [0.25, 3, 3, 700_000]) {
    meter.answered("iris", 2, { outcome: "served", latencyMs, queuedMs: 1 });
  }
  meter.answered("iris", 2, { outcome: "failed", latencyMs: 3, queuedMs: 1 });
  meter.unserved("iris");
  meter.batch("iris", 2, { requests: 4, rows: 40 });
  meter.batch("iris", 2, { requests: 1, rows: null });
  meter.started("iris", 2, 1_500);
  meter.sample([{ id: "iris", revision: 2, replicas: 3, memoryBytes: 1_000_000 }]);
  const lines = new Set(await page(meter));
  const of = 'deployment="iris",revision="2"';
  const expected = [
    "# TYPE slipway_requests_total counter",
    `slipway_requests_total{${of},outcome="served"} 4`,
    `slipway_requests_total{${of},outcome="refused"} 0`,
    `slipway_requests_total{${of},outcome="failed"} 1`,
    'slipway_requests_total{deployment="iris",revision="0",outcome="failed"} 1',
    "# TYPE slipway_request_duration_seconds histogram",
    `slipway_request_duration_seconds_bucket{${of},le="0.0005"} 1`,
    `slipway_request_duration_seconds_bucket{${of},le="0.00214991"} 1`,
    `slipway_request_duration_seconds_bucket{${of},le="0.00445805"} 3`,
    `slipway_request_duration_seconds_bucket{${of},le="520.888"} 3`,
    `slipway_request_duration_seconds_bucket{${of},le="+Inf"} 4`,
    `slipway_request_duration_seconds_sum{${of}} 700.00625`,
    `slipway_request_duration_seconds_count{${of}} 4`,
    `slipway_queue_duration_seconds_sum{${of}} 0.004`,
    `slipway_batches_total{${of}} 2`,
    `slipway_batch_requests_total{${of}} 5`,
    `slipway_counted_batches_total{${of}} 1`,
    `slipway_batch_rows_total{${of}} 40`,
    `slipway_replicas{${of}} 3`,
    `slipway_replica_memory_bytes{${of}} 1000000`,
    `slipway_cold_starts_total{${of}} 1`,
    `slipway_cold_start_seconds_total{${of}} 1.5`,
  ];
  expect(expected.filter((line) => !lines.has(line))).toEqual([]);
  expect([...lines].some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
});

test("every line is one that Prometheus reads, also before the first request", async () => {
  const meter = new Meter();
  meter.unserved("a-b");
  const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  const sample = new RegExp(
    `^${name}(?:\\{${name}="[^"\\\\]*"(?:,${name}="[^"\\\\]*")*\\})? (?:[0-9.e+-]+|Nan)$`,
  );
  for (const line of [...(await page(meter)), ...(await page(new Meter()))]) {
    expect(
      line === "" || line.startsWith("# HELP ") || line.startsWith("# TYPE ") || sample.test(line),
      line,
    ).toBe(true);
  }
});
