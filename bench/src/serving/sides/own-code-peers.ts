/** The peers whose users write the serving code themselves: `bench/serving/peers/` holds what they would write. */
import { join } from "node:path";
import { listOf } from "#serving/predictions.ts";
import type { PythonSideSpec } from "./python-side.ts";

export const bentoml: PythonSideSpec = {
  name: "bentoml",
  protocol: "rows",
  path: "/predict",
  answer: listOf,
  command: ({ bin, port }) => [
    join(bin, "bentoml"),
    ...["serve", "bentoml_server:Rows", "--host", "127.0.0.1", "--port", String(port)],
  ],
  variables: () => ({
    BENTOML_DO_NOT_TRACK: "True",
    // No line for each request, which MLServer and LitServe do not write either.
    BENTOML_CONFIG_OPTIONS: "services.Rows.logging.access.enabled=false",
  }),
};

export const litserve: PythonSideSpec = {
  name: "litserve",
  protocol: "rows",
  path: "/predict",
  answer: listOf,
  command: ({ bin }) => [join(bin, "python"), "litserve_server.py"],
};

/** In the high-throughput mode of its documentation: HAProxy before the replicas, no thread between HTTP and model. */
export const rayServe: PythonSideSpec = {
  name: "ray",
  protocol: "rows",
  path: "/",
  answer: listOf,
  command: ({ bin }) => [join(bin, "python"), "ray_server.py"],
  variables: ({ port }) => ({
    RAY_USAGE_STATS_ENABLED: "0",
    RAY_SERVE_ENABLE_HA_PROXY: "1",
    RAY_SERVE_THROUGHPUT_OPTIMIZED: "1",
    RAY_SERVE_HAPROXY_METRICS_PORT: String(port + 5_000),
    RAY_SERVE_HAPROXY_STATS_PORT: String(port + 10_000),
    // Its replicas would give way to the load generator, which no other side does.
    RAY_worker_niceness: "0",
  }),
};
