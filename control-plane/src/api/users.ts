/** The caller, their API tokens, and users. */
import {
  apiTokenRequestSchema,
  apiTokenSchema,
  createdApiTokenSchema,
  meSchema,
  passwordChangeSchema,
  userRequestSchema,
  userSchema,
} from "@slipway/contracts/api/identity";
import { listOf } from "@slipway/contracts/api/list";
import { AppError } from "@slipway/contracts/errors";
import { z } from "zod";
import { createUser, deleteUser, setPassword } from "#access/users.ts";
import { assertAdministrator } from "#domain/policy.ts";
import {
  createMyToken,
  getMe,
  listAllUsers,
  listMyTokens,
  requireUser,
  revokeMyToken,
} from "#operations/users.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, noContent } from "./schemas.ts";

const userParams = z.object({ username: z.string() });

export function userRoutes(api: Api, { operations, auth }: ApiPorts): void {
  api.get("/me", { schema: { summary: "Who am I", response: { 200: meSchema, ...failures } } }, (request) =>
    getMe(operations, principalOf(request)),
  );

  api.get(
    "/me/tokens",
    { schema: { summary: "My API tokens", response: { 200: listOf(apiTokenSchema), ...failures } } },
    async (request) => ({ items: await listMyTokens(operations, principalOf(request)) }),
  );

  api.post(
    "/me/tokens",
    {
      schema: {
        summary: "Make an API token",
        body: apiTokenRequestSchema,
        response: { 201: createdApiTokenSchema, ...failures },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await createMyToken(operations, principalOf(request), request.body.name)),
  );

  api.delete(
    "/me/tokens/:id",
    {
      schema: {
        summary: "Revoke an API token",
        params: z.object({ id: z.string() }),
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      await revokeMyToken(operations, principalOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  accountRoutes(api, { operations, auth });
}

/** Users, for administrators. */
function accountRoutes(api: Api, { operations, auth }: Pick<ApiPorts, "operations" | "auth">): void {
  api.get(
    "/users",
    { schema: { summary: "Users", response: { 200: listOf(userSchema), ...failures } } },
    async (request) => ({
      items: await listAllUsers(operations, principalOf(request)),
    }),
  );

  api.post(
    "/users",
    {
      schema: { summary: "Make a user", body: userRequestSchema, response: { 201: userSchema, ...failures } },
    },
    async (request, reply) => {
      assertAdministrator(principalOf(request));
      await createUser(auth, request.body);
      const user = await requireUser(operations, principalOf(request), request.body.username);
      return reply.code(201).send({
        username: user.username,
        administrator: user.administrator,
        createdAt: user.createdAt.toISOString(),
      });
    },
  );

  api.put(
    "/users/:username/password",
    {
      schema: {
        summary: "Set a user's password",
        params: userParams,
        body: passwordChangeSchema,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const user = await requireUser(operations, principalOf(request), request.params.username);
      await setPassword(auth, user.id, request.body.password);
      return reply.code(204).send(null);
    },
  );

  api.delete(
    "/users/:username",
    { schema: { summary: "Remove a user", params: userParams, response: { 204: noContent, ...failures } } },
    async (request, reply) => {
      const principal = principalOf(request);
      const user = await requireUser(operations, principal, request.params.username);
      if (user.id === principal.userId)
        throw new AppError("conflict", "You cannot remove yourself. Ask another administrator.");
      await deleteUser(auth, user.id);
      return reply.code(204).send(null);
    },
  );
}
