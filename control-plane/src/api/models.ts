/** Registered models and their versions. */
import { benchmarkRequestSchema, benchmarkSchema } from "@slipway/contracts/api/benchmark";
import { pageQuerySchema } from "@slipway/contracts/api/list";
import {
  modelVersionDetailSchema,
  modelVersionListSchema,
  registeredModelDetailSchema,
  registeredModelListSchema,
  registryVersionListSchema,
} from "@slipway/contracts/api/model";
import { z } from "zod";
import { getModel, getVersion, listModels, listVersions } from "#operations/models/models.ts";
import { getBenchmark } from "#operations/models/read-benchmark.ts";
import { requestBenchmark } from "#operations/models/request-benchmark.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, modelParams, namesSchema, versionParams } from "./schemas.ts";

const staleQuery = z.object({
  allowStale: z
    .stringbool()
    .default(false)
    .describe(
      "Answer with the list as it was, and `problem`, while MLflow does not answer; else that is an error.",
    ),
});

const modelsQuery = staleQuery.extend({
  search: z.string().optional(),
  orderBy: z.string().optional().describe("`name`, `createdAt` or `updatedAt`, with ` desc` where wanted."),
});

export const versionsQuery = pageQuerySchema.extend(staleQuery.shape).extend({
  columns: namesSchema.describe(
    "Comma-separated, each percent-encoded on its own when it holds a comma: `params.C,metrics.accuracy,tags.stage,benchmark.p99Ms`.",
  ),
  orderBy: z
    .string()
    .optional()
    .describe("`version`, `registeredAt` or a column, with ` desc` where wanted."),
  filter: z
    .string()
    .optional()
    .describe("As in docs/registry.md: `metrics.accuracy > 0.9 and tags.stage = 'ok'`."),
});

export const allVersionsQuery = versionsQuery.extend({
  firstOfEach: z.stringbool().default(false).describe("Of each model only the version that stands first."),
});

export function modelRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/models",
    {
      schema: {
        summary: "Registered models",
        params: groupParams,
        querystring: modelsQuery,
        response: { 200: registeredModelListSchema, ...failures },
      },
    },
    (request) => listModels(operations, principalOf(request), request.params.group, request.query),
  );

  api.get(
    "/groups/:group/versions",
    {
      schema: {
        summary: "Versions of all models",
        params: groupParams,
        querystring: allVersionsQuery,
        response: { 200: registryVersionListSchema, ...failures },
      },
    },
    (request) =>
      listVersions(operations, principalOf(request), request.params.group, { name: null, ...request.query }),
  );

  api.get(
    "/groups/:group/models/:name",
    {
      schema: {
        summary: "A registered model",
        params: modelParams,
        querystring: staleQuery,
        response: { 200: registeredModelDetailSchema, ...failures },
      },
    },
    (request) =>
      getModel(operations, principalOf(request), request.params.group, {
        name: request.params.name,
        ...request.query,
      }),
  );

  api.get(
    "/groups/:group/models/:name/versions",
    {
      schema: {
        summary: "Versions of a model",
        params: modelParams,
        querystring: versionsQuery,
        response: { 200: modelVersionListSchema, ...failures },
      },
    },
    (request) =>
      listVersions(operations, principalOf(request), request.params.group, {
        name: request.params.name,
        ...request.query,
      }),
  );

  api.get(
    "/groups/:group/models/:name/versions/:version",
    {
      schema: {
        summary: "A model version",
        params: versionParams,
        response: { 200: modelVersionDetailSchema, ...failures },
      },
    },
    (request) => getVersion(operations, principalOf(request), request.params.group, request.params),
  );
}

export function benchmarkRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/models/:name/versions/:version/benchmark",
    {
      schema: {
        summary: "What was measured of a version, and how far a measurement is",
        params: versionParams,
        response: { 200: benchmarkSchema, ...failures },
      },
    },
    (request) => getBenchmark(operations, principalOf(request), request.params.group, request.params),
  );

  api.post(
    "/groups/:group/models/:name/versions/:version/benchmark",
    {
      schema: {
        summary: "Measure a version on this machine, with its own input example",
        params: versionParams,
        body: benchmarkRequestSchema,
        response: { 202: benchmarkSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { group, name, version } = request.params;
      const asked = { name, version, request: request.body };
      return reply.code(202).send(await requestBenchmark(operations, principalOf(request), group, asked));
    },
  );
}
