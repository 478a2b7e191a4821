/** What stands in the way of deploying a version. */
import { preflightQuerySchema, preflightSchema } from "@slipway/contracts/api/preflight";
import { getPreflight } from "#operations/models/preflight.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, versionParams } from "./schemas.ts";

export function preflightRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/models/:name/versions/:version/preflight",
    {
      schema: {
        summary: "Whether a version can be deployed, in under 5 s and without starting anything",
        params: versionParams,
        querystring: preflightQuerySchema,
        response: { 200: preflightSchema, ...failures },
      },
    },
    (request) => {
      const { group, name, version } = request.params;
      return getPreflight(operations, principalOf(request), group, { name, version, ...request.query });
    },
  );
}
