/** Liveness and readiness, for people, supervisors and load balancers. */

import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";

export function healthRoutes(api: Api, { ready }: ApiPorts): void {
  api.get("/healthz", { schema: { hide: true } }, () => ({ status: "ok" }));
  api.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    const isReady = await ready();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "starting" });
  });
}
