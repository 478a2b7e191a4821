/** What belongs to a deployment: revisions, rollouts, events, replicas and their logs, clients, test predictions. */
import { Readable } from "node:stream";
import { clientRequestSchema, clientSchema, createdClientSchema } from "@slipway/contracts/api/client";
import {
  deploymentEventSchema,
  logsQuerySchema,
  replicaSchema,
  revisionSchema,
  revisionsQuerySchema,
} from "@slipway/contracts/api/deployment";
import { listOf } from "@slipway/contracts/api/list";
import { rolloutSchema } from "@slipway/contracts/api/rollout";
import { z } from "zod";
import { predict, streamLogs } from "#operations/deployments/call-deployment.ts";
import { createClient, listDeploymentClients, removeClient } from "#operations/deployments/clients.ts";
import {
  listDeploymentEvents,
  listDeploymentReplicas,
  listDeploymentRevisions,
  listDeploymentRollouts,
} from "#operations/deployments/read-deployments.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { deploymentParams, failures, noContent } from "./schemas.ts";

const ITEM = "/groups/:group/deployments/:id";

const LISTS = [
  { path: "rollouts", summary: "Rollouts", item: rolloutSchema, read: listDeploymentRollouts },
  { path: "events", summary: "Events", item: deploymentEventSchema, read: listDeploymentEvents },
  { path: "replicas", summary: "Replicas", item: replicaSchema, read: listDeploymentReplicas },
] as const;

export function deploymentHistoryRoutes(api: Api, ports: ApiPorts): void {
  const { operations } = ports;
  api.get(
    `${ITEM}/revisions`,
    {
      schema: {
        summary: "Revisions; with `at`, those that served then",
        params: deploymentParams,
        querystring: revisionsQuerySchema,
        response: { 200: listOf(revisionSchema), ...failures },
      },
    },
    async (request) => ({
      items: await listDeploymentRevisions(operations, principalOf(request), request.params, request.query),
    }),
  );
  for (const { path, summary, item, read } of LISTS) {
    const response = { 200: listOf<z.ZodType>(item), ...failures };
    api.get(
      `${ITEM}/${path}`,
      { schema: { summary, params: deploymentParams, response } },
      async (request) => ({
        items: await read(operations, principalOf(request), request.params),
      }),
    );
  }
  clientRoutes(api, ports);
  logRoutes(api, ports);
  predictionRoutes(api, ports);
}

function clientRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    `${ITEM}/clients`,
    {
      schema: {
        summary: "Clients",
        params: deploymentParams,
        response: { 200: listOf(clientSchema), ...failures },
      },
    },
    async (request) => ({
      items: await listDeploymentClients(operations, principalOf(request), request.params),
    }),
  );

  api.post(
    `${ITEM}/clients`,
    {
      schema: {
        summary: "Make a client",
        params: deploymentParams,
        body: clientRequestSchema,
        response: { 201: createdClientSchema, ...failures },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await createClient(operations, principalOf(request), request.params, request.body.name)),
  );

  api.delete(
    `${ITEM}/clients/:name`,
    {
      schema: {
        summary: "Remove a client",
        params: deploymentParams.extend({ name: z.string() }),
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await removeClient(operations, principalOf(request), request.params, request.params.name);
      return reply.code(204).send(null);
    },
  );
}

function logRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    `${ITEM}/replicas/:replica/logs`,
    {
      schema: {
        summary: "A replica's log, as text",
        params: deploymentParams.extend({ replica: z.string() }),
        querystring: logsQuerySchema,
      },
    },
    async (request, reply) => {
      const ended = new AbortController();
      reply.raw.once("close", () => ended.abort());
      const { replica, ...path } = request.params;
      const log = await streamLogs(operations, principalOf(request), path, {
        replica,
        ...request.query,
        signal: ended.signal,
      });
      log.once("error", () => reply.raw.destroy());
      // A log without a line yet shall not look like a connection that hangs.
      setImmediate(() => reply.raw.headersSent || reply.raw.flushHeaders());
      return reply.type("text/plain; charset=utf-8").header("cache-control", "no-store").send(log);
    },
  );
}

function predictionRoutes(api: Api, { operations }: ApiPorts): void {
  void api.register(async (scope: Api) => {
    // The body goes to the model as it came: it is the data plane that bounds and the model that reads it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    scope.post(
      `${ITEM}/predict`,
      { schema: { summary: "A test prediction; body as /invocations", params: deploymentParams } },
      async (request, reply) => {
        const body = request.body instanceof Readable ? request.body : Readable.from([]);
        const contentType = request.headers["content-type"] ?? "application/json";
        const answer = await predict(operations, principalOf(request), request.params, { body, contentType });
        return reply.code(answer.status).type(answer.contentType).send(answer.body);
      },
    );
  });
}
