/** `GET /metrics`: the figures for Prometheus, for whoever has the token. */
import { AppError } from "@slipway/contracts/errors";
import { bears } from "@slipway/contracts/token";
import type { Prometheus } from "#telemetry/prometheus.ts";
import type { Exchange } from "./exchange.ts";
import { families } from "./exposition.ts";
import type { Meter } from "./meter.ts";

export interface MetricsPage {
  token: string;
  prometheus: Prometheus;
  meter: Meter;
}

/** @throws AppError `unauthenticated`. */
export async function answerMetrics(
  { token, prometheus, meter }: MetricsPage,
  exchange: Exchange,
): Promise<void> {
  if (!bears(exchange.header("authorization"), token)) {
    throw new AppError("unauthenticated", "Send the token of SLIPWAY_METRICS_TOKEN as Bearer token.");
  }
  const body = await prometheus.page(families(meter.totals()));
  exchange.send({ status: 200, contentType: prometheus.contentType, body });
}
