/** Groups and their members. */
import { groupPatchSchema, groupRequestSchema, groupSchema } from "@slipway/contracts/api/identity";
import { listOf } from "@slipway/contracts/api/list";
import {
  createGroup,
  getGroup,
  listVisibleGroups,
  removeGroup,
  updateGroup,
} from "#operations/groups/groups.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, noContent } from "./schemas.ts";

export function groupRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups",
    { schema: { summary: "My groups", response: { 200: listOf(groupSchema), ...failures } } },
    async (request) => ({
      items: await listVisibleGroups(operations, principalOf(request)),
    }),
  );

  api.post(
    "/groups",
    {
      schema: {
        summary: "Make a group",
        body: groupRequestSchema,
        response: { 201: groupSchema, ...failures },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createGroup(operations, principalOf(request), request.body)),
  );

  api.get(
    "/groups/:group",
    { schema: { summary: "A group", params: groupParams, response: { 200: groupSchema, ...failures } } },
    (request) => getGroup(operations, principalOf(request), request.params.group),
  );

  api.patch(
    "/groups/:group",
    {
      schema: {
        summary: "Change a group",
        params: groupParams,
        body: groupPatchSchema,
        response: { 200: groupSchema, ...failures },
      },
    },
    (request) => updateGroup(operations, principalOf(request), request.params.group, request.body),
  );

  api.delete(
    "/groups/:group",
    { schema: { summary: "Remove a group", params: groupParams, response: { 204: noContent, ...failures } } },
    async (request, reply) => {
      await removeGroup(operations, principalOf(request), request.params.group);
      return reply.code(204).send(null);
    },
  );
}
