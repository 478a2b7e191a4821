/** Views of versions tables that a group keeps. */
import { listOf } from "@slipway/contracts/api/list";
import { savedViewRequestSchema, savedViewSchema } from "@slipway/contracts/api/saved-view";
import { z } from "zod";
import { changeView, createView, listViews, removeView } from "#operations/models/saved-views.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, noContent } from "./schemas.ts";

const VIEWS = "/groups/:group/views";
const viewParams = groupParams.extend({ id: z.string() });
const viewsQuery = z.object({
  model: z
    .string()
    .min(1)
    .max(500)
    .regex(/^\P{Cc}*$/u, "No registered model is called so.")
    .optional()
    .describe("Of the versions of this registered model; without it, of those of all models."),
});

export function savedViewRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    VIEWS,
    {
      schema: {
        summary: "Saved views of a versions table",
        params: groupParams,
        querystring: viewsQuery,
        response: { 200: listOf(savedViewSchema), ...failures },
      },
    },
    async (request) => {
      const { params, query } = request;
      return {
        items: await listViews(operations, principalOf(request), params.group, query.model ?? null),
      };
    },
  );

  api.post(
    VIEWS,
    {
      schema: {
        summary: "Save a view of a versions table",
        params: groupParams,
        querystring: viewsQuery,
        body: savedViewRequestSchema,
        response: { 201: savedViewSchema, ...failures },
      },
    },
    async (request, reply) => {
      const wanted = { model: request.query.model ?? null, view: request.body };
      const made = await createView(operations, principalOf(request), request.params.group, wanted);
      return reply.code(201).send(made);
    },
  );

  api.put(
    `${VIEWS}/:id`,
    {
      schema: {
        summary: "Write a saved view anew",
        params: viewParams,
        body: savedViewRequestSchema,
        response: { 200: savedViewSchema, ...failures },
      },
    },
    (request) => {
      const { group, id } = request.params;
      return changeView(operations, principalOf(request), group, { id, view: request.body });
    },
  );

  api.delete(
    `${VIEWS}/:id`,
    {
      schema: {
        summary: "Delete a saved view",
        params: viewParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { group, id } = request.params;
      await removeView(operations, principalOf(request), group, id);
      return reply.code(204).send(null);
    },
  );
}
