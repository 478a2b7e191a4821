/** A group's MLflow binding. */
import {
  mlflowBindingRequestSchema,
  mlflowBindingSchema,
  mlflowTestSchema,
} from "@slipway/contracts/api/mlflow-binding";
import {
  getMlflowBinding,
  removeMlflowBinding,
  setMlflowBinding,
  testMlflowBinding,
} from "#operations/groups/mlflow.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, noContent } from "./schemas.ts";

export function mlflowRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/mlflow",
    {
      schema: {
        summary: "The MLflow binding",
        params: groupParams,
        response: { 200: mlflowBindingSchema, ...failures },
      },
    },
    (request) => getMlflowBinding(operations, principalOf(request), request.params.group),
  );

  api.put(
    "/groups/:group/mlflow",
    {
      schema: {
        summary: "Bind the group to an MLflow",
        params: groupParams,
        body: mlflowBindingRequestSchema,
        response: { 200: mlflowBindingSchema, ...failures },
      },
    },
    (request) => setMlflowBinding(operations, principalOf(request), request.params.group, request.body),
  );

  api.delete(
    "/groups/:group/mlflow",
    {
      schema: {
        summary: "Remove the binding",
        params: groupParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await removeMlflowBinding(operations, principalOf(request), request.params.group);
      return reply.code(204).send(null);
    },
  );

  api.post(
    "/groups/:group/mlflow/test",
    {
      schema: {
        summary: "Test a connection to MLflow",
        description: "Tests the binding in the body, else the stored one.",
        params: groupParams,
        body: mlflowBindingRequestSchema.nullish(),
        response: { 200: mlflowTestSchema, ...failures },
      },
    },
    (request) =>
      testMlflowBinding(operations, principalOf(request), request.params.group, request.body ?? null),
  );
}
