/** The figures of the meter as families for Prometheus; `docs/metrics.md` explains each. */
import { LATENCY_BUCKETS, latencyUpperMs } from "@slipway/contracts/latency-buckets";
import type { Family } from "#telemetry/prometheus.ts";
import type { RevisionTotals } from "./meter.ts";
import type { Counted } from "./minute-counts.ts";

/** Every fourth bucket is told: they grow by two, from 0.5 ms to about 10 min. */
const BUCKETS_PER_BOUND = 4;
const OUTCOMES = ["served", "refused", "failed"] as const;

type Sample = Family["values"][number];

/** One family for each figure, with the labels `deployment` and `revision`. */
export function families(totals: readonly RevisionTotals[]): Family[] {
  return [
    {
      name: "slipway_requests_total",
      help: "Requests for predictions by outcome: served, refused (the caller's fault), failed. Revision 0: no revision could take them.",
      type: "counter",
      values: totals.flatMap((each) =>
        OUTCOMES.map((outcome) => ({
          labels: { ...labelsOf(each), outcome },
          value: each.counts.get(outcome),
        })),
      ),
    },
    histogram(totals, {
      name: "slipway_request_duration_seconds",
      help: "Time that served requests took at the gateway, from the whole body to the answer.",
      times: ({ latency }) => latency,
      sum: "latencyMs",
    }),
    histogram(totals, {
      name: "slipway_queue_duration_seconds",
      help: "The part of it in which they waited for a replica.",
      times: ({ queued }) => queued,
      sum: "queuedMs",
    }),
    counter(totals, "slipway_batches_total", "Calls of the model's predict.", "batches"),
    counter(totals, "slipway_batch_requests_total", "Requests that these calls answered.", "batchedRequests"),
    counter(
      totals,
      "slipway_counted_batches_total",
      "Calls of predict whose rows were counted.",
      "countedBatches",
    ),
    counter(totals, "slipway_batch_rows_total", "Rows of these calls.", "rows"),
    gauge(totals, "slipway_replicas", "Replicas that are ready.", "replicas"),
    gauge(totals, "slipway_replica_memory_bytes", "Resident memory of the largest replica.", "memoryBytes"),
    counter(totals, "slipway_cold_starts_total", "Replicas that were started and became ready.", "starts"),
    {
      name: "slipway_cold_start_seconds_total",
      help: "How long these starts took together.",
      type: "counter",
      values: totals.map((each) => ({ labels: labelsOf(each), value: each.counts.get("startMs") / 1000 })),
    },
  ];
}

function labelsOf({ id, revision }: RevisionTotals): Record<string, string> {
  return { deployment: id, revision: String(revision) };
}

function counter(totals: readonly RevisionTotals[], name: string, help: string, what: Counted): Family {
  const values = totals.map((each) => ({ labels: labelsOf(each), value: each.counts.get(what) }));
  return { name, help, type: "counter", values };
}

function gauge(
  totals: readonly RevisionTotals[],
  name: string,
  help: string,
  what: "replicas" | "memoryBytes",
): Family {
  const values = totals.map((each) => ({ labels: labelsOf(each), value: each[what] }));
  return { name, help, type: "gauge", values };
}

interface Times {
  name: string;
  help: string;
  times: (counts: RevisionTotals["counts"]) => readonly number[];
  sum: "latencyMs" | "queuedMs";
}

function histogram(totals: readonly RevisionTotals[], { name, help, times, sum }: Times): Family {
  const values = totals.flatMap((each) => {
    const labels = labelsOf(each);
    const buckets = cumulated(times(each.counts));
    const count = each.counts.get("served");
    return [
      ...buckets.map(
        ({ le, value }): Sample => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value }),
      ),
      { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: count },
      { metricName: `${name}_sum`, labels, value: each.counts.get(sum) / 1000 },
      { metricName: `${name}_count`, labels, value: count },
    ];
  });
  return { name, help, type: "histogram", values };
}

/** How many took at most so long, for each bound. */
function cumulated(counts: readonly number[]): { le: string; value: number }[] {
  const bounds: { le: string; value: number }[] = [];
  let value = 0;
  for (let bucket = 0; bucket < LATENCY_BUCKETS - 1; bucket += 1) {
    value += counts[bucket] ?? 0;
    if (bucket % BUCKETS_PER_BOUND !== 0) continue;
    bounds.push({ le: String(Number((latencyUpperMs(bucket) / 1000).toPrecision(6))), value });
  }
  return bounds;
}
