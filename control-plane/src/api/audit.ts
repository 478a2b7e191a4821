/** Who changed what in a group's MLflow. */
import { auditEntrySchema, auditQuerySchema } from "@slipway/contracts/api/audit";
import { listOf } from "@slipway/contracts/api/list";
import { readAudit } from "#operations/models/read-audit.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams } from "./schemas.ts";

export function auditRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/audit",
    {
      schema: {
        summary: "Who changed what in MLflow through Slipway, newest first",
        params: groupParams,
        querystring: auditQuerySchema,
        response: { 200: listOf(auditEntrySchema), ...failures },
      },
    },
    (request) => readAudit(operations, principalOf(request), request.params.group, request.query),
  );
}
