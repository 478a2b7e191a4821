/** `GET /metrics` for Prometheus, behind a token of its own, and the measuring of the API's answers. */
import { AppError } from "@slipway/contracts/errors";
import { bears } from "@slipway/contracts/token";
import { countDeployments } from "#operations/deployments/count-deployments.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";

const NO_ROUTE = "none";

export function metricsRoutes(api: Api, { metrics, metricsToken, operations }: ApiPorts): void {
  api.addHook("onSend", async (request, reply) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? NO_ROUTE;
    metrics.answered({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  api.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    if (metricsToken === undefined) {
      throw new AppError(
        "not_found",
        "The figures for Prometheus are off: set SLIPWAY_METRICS_TOKEN to have them.",
      );
    }
    if (!bears(request.headers.authorization, metricsToken)) {
      reply.header("www-authenticate", 'Bearer realm="slipway metrics"');
      throw new AppError("unauthenticated", "Send the token of SLIPWAY_METRICS_TOKEN as Bearer token.");
    }
    const page = await metrics.page(await countDeployments(operations));
    return reply.type(metrics.contentType).header("cache-control", "no-store").send(page);
  });
}
