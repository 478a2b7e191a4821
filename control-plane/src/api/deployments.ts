/** Deployments and what one does with them. */
import {
  createdDeploymentSchema,
  deploymentListQuerySchema,
  deploymentPatchSchema,
  deploymentRequestSchema,
  deploymentSchema,
  deploymentSummarySchema,
  rollBackRequestSchema,
} from "@slipway/contracts/api/deployment";
import { listOf } from "@slipway/contracts/api/list";
import { abortRequestSchema, promotionRequestSchema } from "@slipway/contracts/api/rollout";
import { z } from "zod";
import { deleteDeployment } from "#operations/deployments/delete-deployment.ts";
import { deployModelVersion } from "#operations/deployments/deploy-model-version.ts";
import { abortRollout, promoteRollout } from "#operations/deployments/direct-rollout.ts";
import { getDeployment, listDeploymentSummaries } from "#operations/deployments/read-deployments.ts";
import { rollBack } from "#operations/deployments/roll-back.ts";
import { startDeployment } from "#operations/deployments/start-deployment.ts";
import { stopDeployment } from "#operations/deployments/stop-deployment.ts";
import { updateDeployment } from "#operations/deployments/update-deployment.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { deploymentParams, failures, groupParams, noContent } from "./schemas.ts";

const COLLECTION = "/groups/:group/deployments";
const ITEM = `${COLLECTION}/:id` as const;
const rolloutParams = deploymentParams.extend({ rollout: z.string() });
const answer = { 200: deploymentSchema, ...failures };

export function deploymentRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    COLLECTION,
    {
      schema: {
        summary: "Deployments",
        params: groupParams,
        querystring: deploymentListQuerySchema,
        response: { 200: listOf(deploymentSummarySchema), ...failures },
      },
    },
    async (request) => ({
      items: await listDeploymentSummaries(
        operations,
        principalOf(request),
        request.params.group,
        request.query,
      ),
    }),
  );

  api.post(
    COLLECTION,
    {
      schema: {
        summary: "Deploy a model version",
        params: groupParams,
        body: deploymentRequestSchema,
        response: { 201: createdDeploymentSchema, ...failures },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await deployModelVersion(operations, principalOf(request), request.params.group, request.body)),
  );

  api.get(
    ITEM,
    { schema: { summary: "A deployment", params: deploymentParams, response: answer } },
    (request) => getDeployment(operations, principalOf(request), request.params),
  );

  api.patch(
    ITEM,
    {
      schema: {
        summary: "Update: makes a revision",
        params: deploymentParams,
        body: deploymentPatchSchema,
        response: answer,
      },
    },
    (request) => updateDeployment(operations, principalOf(request), request.params, request.body),
  );

  api.delete(
    ITEM,
    { schema: { summary: "Delete", params: deploymentParams, response: { 204: noContent, ...failures } } },
    async (request, reply) => {
      await deleteDeployment(operations, principalOf(request), request.params);
      return reply.code(204).send(null);
    },
  );

  actionRoutes(api, operations);
}

/** Start, stop, roll back, promote and abort. */
function actionRoutes(api: Api, operations: ApiPorts["operations"]): void {
  api.post(
    `${ITEM}/start`,
    { schema: { summary: "Start", params: deploymentParams, response: answer } },
    (request) => startDeployment(operations, principalOf(request), request.params),
  );

  api.post(
    `${ITEM}/stop`,
    { schema: { summary: "Stop", params: deploymentParams, response: answer } },
    (request) => stopDeployment(operations, principalOf(request), request.params),
  );

  api.post(
    `${ITEM}/rollouts/:rollout/promote`,
    {
      schema: {
        summary: "Promote a running rollout",
        params: rolloutParams,
        body: promotionRequestSchema,
        response: answer,
      },
    },
    (request) => promoteRollout(operations, principalOf(request), request.params, request.body),
  );

  api.post(
    `${ITEM}/rollouts/:rollout/abort`,
    {
      schema: {
        summary: "Abort a running rollout",
        params: rolloutParams,
        body: abortRequestSchema,
        response: answer,
      },
    },
    (request) => abortRollout(operations, principalOf(request), request.params, request.body),
  );

  api.post(
    `${ITEM}/rollback`,
    {
      schema: {
        summary: "Roll back: a new revision like an old one",
        params: deploymentParams,
        body: rollBackRequestSchema,
        response: answer,
      },
    },
    (request) => rollBack(operations, principalOf(request), request.params, request.body),
  );
}
