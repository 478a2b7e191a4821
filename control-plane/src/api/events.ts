/** Server-sent events: what changed, so that nobody presses refresh (HTML standard, 9.2). */
import { PassThrough } from "node:stream";
import { mayInGroup } from "#domain/policy.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2_000;

export function eventRoutes(api: Api, { subscribe }: ApiPorts): void {
  api.get("/events", { schema: { summary: "Changes, as server-sent events" } }, (request, reply) => {
    const principal = principalOf(request);
    const stream = new PassThrough();
    stream.write(`retry: ${RECONNECT_MS}\n\n`);
    const subscription = subscribe((change) => {
      if (mayInGroup(principal, change.group, "view")) stream.write(`data: ${JSON.stringify(change)}\n\n`);
    });
    const heartbeat = setInterval(() => stream.write(": still here\n\n"), HEARTBEAT_MS);
    reply.raw.once("close", () => {
      clearInterval(heartbeat);
      subscription[Symbol.dispose]();
      stream.end();
    });
    return reply
      .type("text/event-stream")
      .header("cache-control", "no-store")
      .header("x-accel-buffering", "no")
      .send(stream);
  });
}
