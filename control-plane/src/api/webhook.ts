/** The webhook of a group's MLflow: set up by people, called by MLflow. Bodies reach the check as they came, unparsed. */
import { mlflowWebhookSchema } from "@slipway/contracts/api/mlflow-binding";
import type { FastifyRequest } from "fastify";
import { receiveMlflowWebhook, removeMlflowWebhook, setMlflowWebhook } from "#operations/groups/webhook.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, noContent } from "./schemas.ts";

const PATH = "/groups/:group/mlflow/webhook";
const BODY_BYTES_MAX = 1024 * 1024;

/** Takes a scope of its own, since it reads JSON as text. */
export function webhookRoutes(scope: Api, { operations }: ApiPorts): void {
  scope.removeContentTypeParser("application/json");
  scope.addContentTypeParser<string>("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );

  scope.put(
    PATH,
    {
      schema: {
        summary: "Have MLflow tell when an alias moves",
        description: "Needs an MLflow 3 that may call Slipway's address; without it Slipway asks by itself.",
        params: groupParams,
        response: { 200: mlflowWebhookSchema, ...failures },
      },
    },
    (request) => setMlflowWebhook(operations, principalOf(request), request.params.group),
  );

  scope.delete(
    PATH,
    {
      schema: {
        summary: "Remove MLflow's webhook",
        params: groupParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await removeMlflowWebhook(operations, principalOf(request), request.params.group);
      return reply.code(204).send(null);
    },
  );

  scope.post(
    PATH,
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { anonymous: true },
      schema: {
        summary: "Called by MLflow",
        description: "Signed by MLflow with the key that it was given; nobody else calls this.",
        security: [],
        params: groupParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await receiveMlflowWebhook(operations, request.params.group, {
        id: header(request, "x-mlflow-delivery-id"),
        timestamp: header(request, "x-mlflow-timestamp"),
        signature: header(request, "x-mlflow-signature"),
        body: typeof request.body === "string" ? request.body : "",
      });
      return reply.code(204).send(null);
    },
  );
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
