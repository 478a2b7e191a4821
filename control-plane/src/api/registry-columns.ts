/** What a table over all models' versions can show. */
import { registryColumnsSchema } from "@slipway/contracts/api/model";
import { listColumns } from "#operations/models/models.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams } from "./schemas.ts";

export function registryColumnRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/columns",
    {
      schema: {
        summary: "Parameters, metrics, tags and aliases of all models' versions",
        params: groupParams,
        response: { 200: registryColumnsSchema, ...failures },
      },
    },
    (request) => listColumns(operations, principalOf(request), request.params.group),
  );
}
