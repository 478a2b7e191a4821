/** `GET /metrics`: the figures for Prometheus, for whoever has the token. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import { bears } from "@slipway/contracts/token";
import type { Prometheus } from "#telemetry/prometheus.ts";
import { send } from "./answer.ts";
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
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!bears(request.headers.authorization, token)) {
    throw new AppError("unauthenticated", "Send the token of SLIPWAY_METRICS_TOKEN as Bearer token.");
  }
  const body = await prometheus.page(families(meter.totals()));
  send(response, { status: 200, contentType: prometheus.contentType, body });
}
