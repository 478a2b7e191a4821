/** Logs of a deployment: one, all together, the list of what is kept. Always plain text, which no browser runs. */
import { logFileSchema, logsQuerySchema } from "@slipway/contracts/api/deployment";
import { listOf } from "@slipway/contracts/api/list";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { listLogFiles, readLogs } from "#operations/deployments/read-logs.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { deploymentParams, failures } from "./schemas.ts";

const ITEM = "/groups/:group/deployments/:id";

export function deploymentLogRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    `${ITEM}/log-files`,
    {
      schema: {
        summary: "The logs that are kept: of replicas, also dead ones, and of builds",
        params: deploymentParams,
        response: { 200: listOf(logFileSchema), ...failures },
      },
    },
    async (request) => ({ items: await listLogFiles(operations, principalOf(request), request.params) }),
  );

  api.get(
    `${ITEM}/logs`,
    {
      schema: {
        summary: "All logs together by time, as text: `<time> <name> <line>`",
        params: deploymentParams,
        querystring: logsQuerySchema.omit({ download: true }),
      },
    },
    async (request, reply) => {
      const which = { kind: "together", ...request.query } as const;
      const asked = { which, signal: readerGone(reply) };
      return sendText(reply, await readLogs(operations, principalOf(request), request.params, asked));
    },
  );

  api.get(
    `${ITEM}/replicas/:replica/logs`,
    {
      schema: {
        summary: "One log, of a replica or of a build (`build-<revision>`), as text: `<time> <line>`",
        params: deploymentParams.extend({ replica: z.string() }),
        querystring: logsQuerySchema,
      },
    },
    async (request, reply) => {
      const { replica: name, ...path } = request.params;
      const { download, ...range } = request.query;
      const which = download
        ? ({ kind: "whole", name } as const)
        : ({ kind: "one", name, ...range } as const);
      const asked = { which, signal: readerGone(reply) };
      const log = await readLogs(operations, principalOf(request), path, asked);
      if (download) reply.header("content-disposition", `attachment; filename="${path.id}-${name}.log"`);
      return sendText(reply, log);
    },
  );
}

function readerGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

function sendText(reply: FastifyReply, log: Awaited<ReturnType<typeof readLogs>>): FastifyReply {
  log.once("error", () => reply.raw.destroy());
  // A log without a line yet shall not look like a connection that hangs.
  setImmediate(() => reply.raw.headersSent || reply.raw.flushHeaders());
  return reply.type("text/plain; charset=utf-8").header("cache-control", "no-store").send(log);
}
