/** The clients of a deployment: who may call its private endpoint. */
import {
  clientPatchSchema,
  clientRequestSchema,
  clientRotationSchema,
  clientSchema,
  createdClientSchema,
} from "@slipway/contracts/api/client";
import { listOf } from "@slipway/contracts/api/list";
import { z } from "zod";
import { changeClient } from "#operations/deployments/change-client.ts";
import { listDeploymentClients } from "#operations/deployments/clients.ts";
import { createClient } from "#operations/deployments/create-client.ts";
import { removeClient } from "#operations/deployments/remove-client.ts";
import { rotateClient } from "#operations/deployments/rotate-client.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { deploymentParams, failures, noContent } from "./schemas.ts";

const CLIENTS = "/groups/:group/deployments/:id/clients";
const clientParams = deploymentParams.extend({ name: z.string() });

export function deploymentClientRoutes(api: Api, ports: ApiPorts): void {
  const { operations } = ports;
  const listed = { 200: listOf(clientSchema), ...failures };
  api.get(
    CLIENTS,
    { schema: { summary: "Clients", params: deploymentParams, response: listed } },
    async (request) => ({
      items: await listDeploymentClients(operations, principalOf(request), request.params),
    }),
  );

  const changed = { 200: clientSchema, ...failures };
  api.patch(
    `${CLIENTS}/:name`,
    {
      schema: {
        summary: "Change a client's expiry or rate limit",
        params: clientParams,
        body: clientPatchSchema,
        response: changed,
      },
    },
    async (request) => changeClient(operations, principalOf(request), request.params, request.body),
  );

  api.delete(
    `${CLIENTS}/:name`,
    {
      schema: {
        summary: "Remove a client",
        params: clientParams,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await removeClient(operations, principalOf(request), request.params);
      return reply.code(204).send(null);
    },
  );

  tokenRoutes(api, ports);
}

/** What answers with a token, the only time: nothing on the way may keep a copy. */
function tokenRoutes(api: Api, { operations }: ApiPorts): void {
  api.post(
    CLIENTS,
    {
      schema: {
        summary: "Make a client; its token is shown this once",
        params: deploymentParams,
        body: clientRequestSchema,
        response: { 201: createdClientSchema, ...failures },
      },
    },
    async (request, reply) => {
      const created = await createClient(operations, principalOf(request), request.params, request.body);
      return reply.code(201).header("cache-control", "no-store").send(created);
    },
  );

  api.post(
    `${CLIENTS}/:name/rotate`,
    {
      schema: {
        summary: "Give a client a new token, shown this once; the old one works on for a while",
        params: clientParams,
        body: clientRotationSchema,
        response: { 200: createdClientSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { overlapSeconds } = request.body;
      const rotated = await rotateClient(operations, principalOf(request), request.params, overlapSeconds);
      return reply.header("cache-control", "no-store").send(rotated);
    },
  );
}
