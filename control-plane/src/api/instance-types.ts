/** Instance types: the sizes of replicas. */
import {
  instanceTypePatchSchema,
  instanceTypeRequestSchema,
  instanceTypeSchema,
} from "@slipway/contracts/api/instance-type";
import { listOf } from "@slipway/contracts/api/list";
import { z } from "zod";
import {
  changeInstanceType,
  createInstanceType,
  getInstanceType,
  listAllInstanceTypes,
  removeInstanceType,
} from "#operations/instance-types/instance-types.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, noContent } from "./schemas.ts";

const COLLECTION = "/instance-types";
const ITEM = `${COLLECTION}/:name` as const;
const params = z.object({ name: z.string() });
const answer = { 200: instanceTypeSchema, ...failures };

export function instanceTypeRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    COLLECTION,
    { schema: { summary: "Instance types", response: { 200: listOf(instanceTypeSchema), ...failures } } },
    async () => ({ items: await listAllInstanceTypes(operations) }),
  );

  api.post(
    COLLECTION,
    {
      schema: {
        summary: "Make an instance type",
        body: instanceTypeRequestSchema,
        response: { 201: instanceTypeSchema, ...failures },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createInstanceType(operations, principalOf(request), request.body)),
  );

  api.get(ITEM, { schema: { summary: "An instance type", params, response: answer } }, (request) =>
    getInstanceType(operations, request.params.name),
  );

  api.patch(
    ITEM,
    {
      schema: {
        summary: "Change an instance type",
        params,
        body: instanceTypePatchSchema,
        response: answer,
      },
    },
    (request) => changeInstanceType(operations, principalOf(request), request.params.name, request.body),
  );

  api.delete(
    ITEM,
    { schema: { summary: "Remove an instance type", params, response: { 204: noContent, ...failures } } },
    async (request, reply) => {
      await removeInstanceType(operations, principalOf(request), request.params.name);
      return reply.code(204).send(null);
    },
  );
}
