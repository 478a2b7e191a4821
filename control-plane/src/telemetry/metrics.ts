/** The control plane's own figures, for Prometheus; `docs/metrics.md` explains each. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** One deployment as it is counted. */
export interface CountedDeployment {
  id: string;
  group: string;
  status: string;
}

export interface Metrics {
  /** An HTTP request has got its answer; one that is streamed may go on. */
  answered(request: { method: string; route: string; status: number }, seconds: number): void;
  /** The reconciler has compared intent with fact once. */
  reconciled(outcome: "done" | "failed", seconds: number): void;
  readonly contentType: string;
  /** The text for Prometheus. `deployments` are those that there are. */
  page(deployments: readonly CountedDeployment[]): Promise<string>;
}

/** Makes the figures of this process. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const requests = new Histogram({
    name: "slipway_http_request_duration_seconds",
    help: "Time until the API began to answer, by route and status.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const cycles = new Histogram({
    name: "slipway_reconcile_duration_seconds",
    help: "One comparison of what is wanted with what is, over all deployments. Only where the lease is held.",
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const failures = new Counter({
    name: "slipway_reconcile_failures_total",
    help: "Comparisons that failed; the next one tries again.",
    registers,
  });
  const { byStatus, groups } = deploymentGauges(registers);
  return {
    answered: ({ method, route, status }, seconds) => requests.observe({ method, route, status }, seconds),
    reconciled(outcome, seconds) {
      cycles.observe(seconds);
      if (outcome === "failed") failures.inc();
    },
    contentType: register.contentType,
    page(deployments) {
      byStatus.reset();
      groups.reset();
      for (const { id, group, status } of deployments) {
        byStatus.inc({ group, status });
        groups.set({ deployment: id, group }, 1);
      }
      return register.metrics();
    },
  };
}

function deploymentGauges(registers: Registry[]) {
  const byStatus = new Gauge({
    name: "slipway_deployments",
    help: "Deployments by group and status.",
    labelNames: ["group", "status"],
    registers,
  });
  const groups = new Gauge({
    name: "slipway_deployment_info",
    help: "Always 1: which group a deployment belongs to, to be joined with the data plane's figures.",
    labelNames: ["deployment", "group"],
    registers,
  });
  return { byStatus, groups };
}
