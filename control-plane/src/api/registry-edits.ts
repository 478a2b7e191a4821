/** Changes of registered models and versions, written to the group's MLflow. */
import { aliasSchema } from "@slipway/contracts/api/model";
import {
  acknowledgedQuerySchema,
  aliasMoveSchema,
  aliasNameSchema,
  aliasRemovalQuerySchema,
  editedSchema,
  registryEditSchema,
} from "@slipway/contracts/api/registry-edit";
import { deleteVersion } from "#operations/models/delete-version.ts";
import { editModel } from "#operations/models/edit-model.ts";
import { moveAlias, removeAlias } from "#operations/models/move-alias.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, modelParams, noContent, versionParams } from "./schemas.ts";

const MODEL = "/groups/:group/models/:name";
const VERSION = `${MODEL}/versions/:version`;
const ALIAS = `${MODEL}/aliases/:alias`;

const aliasParams = modelParams.extend({ alias: aliasNameSchema });

export function registryEditRoutes(api: Api, ports: ApiPorts): void {
  const { operations } = ports;
  api.patch(
    MODEL,
    {
      schema: {
        summary: "Change a registered model's description and tags",
        params: modelParams,
        body: registryEditSchema,
        response: { 200: editedSchema, ...failures },
      },
    },
    (request) => {
      const { group, name } = request.params;
      const change = { target: { name, version: null }, edit: request.body };
      return editModel(operations, principalOf(request), group, change);
    },
  );

  api.patch(
    VERSION,
    {
      schema: {
        summary: "Change a version's description and tags",
        params: versionParams,
        body: registryEditSchema,
        response: { 200: editedSchema, ...failures },
      },
    },
    (request) => {
      const { group, name, version } = request.params;
      const change = { target: { name, version }, edit: request.body };
      return editModel(operations, principalOf(request), group, change);
    },
  );

  api.delete(
    VERSION,
    {
      schema: {
        summary: "Delete a version in MLflow",
        params: versionParams,
        querystring: acknowledgedQuerySchema,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { group, name, version } = request.params;
      await deleteVersion(operations, principalOf(request), group, { name, version, ...request.query });
      return reply.code(204).send(null);
    },
  );
  aliasRoutes(api, ports);
}

function aliasRoutes(api: Api, { operations }: ApiPorts): void {
  api.put(
    ALIAS,
    {
      schema: {
        summary: "Set or move an alias",
        params: aliasParams,
        body: aliasMoveSchema,
        response: { 200: aliasSchema, ...failures },
      },
    },
    (request) => {
      const { group, ...path } = request.params;
      return moveAlias(operations, principalOf(request), group, { path, move: request.body });
    },
  );

  api.delete(
    ALIAS,
    {
      schema: {
        summary: "Remove an alias",
        params: aliasParams,
        querystring: aliasRemovalQuerySchema,
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      const { group, ...path } = request.params;
      await removeAlias(operations, principalOf(request), group, { path, query: request.query });
      return reply.code(204).send(null);
    },
  );
}
