/** What belongs to a deployment: revisions, rollouts, events, replicas, figures, test predictions. */
import { Readable } from "node:stream";
import {
  deploymentEventSchema,
  replicaSchema,
  revisionSchema,
  revisionsQuerySchema,
} from "@slipway/contracts/api/deployment";
import { deploymentFiguresSchema, figuresQuerySchema } from "@slipway/contracts/api/figures";
import { listOf, pageQuerySchema } from "@slipway/contracts/api/list";
import { rolloutSchema } from "@slipway/contracts/api/rollout";
import type { z } from "zod";
import { predict } from "#operations/deployments/call-deployment.ts";
import { listDeploymentReplicas } from "#operations/deployments/read-deployments.ts";
import { readFigures } from "#operations/deployments/read-figures.ts";
import {
  listDeploymentEvents,
  listDeploymentRevisions,
  listDeploymentRollouts,
} from "#operations/deployments/read-history.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { deploymentParams, failures } from "./schemas.ts";

const ITEM = "/groups/:group/deployments/:id";

const LISTS = [
  {
    path: "rollouts",
    summary: "Rollouts, each with its receipt",
    item: rolloutSchema,
    read: listDeploymentRollouts,
  },
  { path: "events", summary: "Events", item: deploymentEventSchema, read: listDeploymentEvents },
] as const;

export function deploymentHistoryRoutes(api: Api, ports: ApiPorts): void {
  const { operations } = ports;
  api.get(
    `${ITEM}/revisions`,
    {
      schema: {
        summary: "Revisions; with `at`, those that served then",
        params: deploymentParams,
        querystring: revisionsQuerySchema.extend(pageQuerySchema.shape),
        response: { 200: listOf(revisionSchema), ...failures },
      },
    },
    (request) => listDeploymentRevisions(operations, principalOf(request), request.params, request.query),
  );
  for (const { path, summary, item, read } of LISTS) {
    const response = { 200: listOf<z.ZodType>(item), ...failures };
    api.get(
      `${ITEM}/${path}`,
      { schema: { summary, params: deploymentParams, querystring: pageQuerySchema, response } },
      (request) => read(operations, principalOf(request), request.params, request.query),
    );
  }
  api.get(
    `${ITEM}/replicas`,
    {
      schema: {
        summary: "Replicas",
        params: deploymentParams,
        response: { 200: listOf(replicaSchema), ...failures },
      },
    },
    async (request) => ({
      items: await listDeploymentReplicas(operations, principalOf(request), request.params),
    }),
  );
  api.get(
    `${ITEM}/figures`,
    {
      schema: {
        summary: "What it did over the last hour, day or week",
        params: deploymentParams,
        querystring: figuresQuerySchema,
        response: { 200: deploymentFiguresSchema, ...failures },
      },
    },
    (request) => readFigures(operations, principalOf(request), request.params, request.query),
  );
  predictionRoutes(api, ports);
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
