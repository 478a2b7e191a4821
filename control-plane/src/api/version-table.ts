/** What the table of versions is worked with: how its metrics spread, and all of it as a file. */
import { Readable } from "node:stream";
import { metricRangeListSchema, RANGES_MAX } from "@slipway/contracts/api/metric-range";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { type ExportedVersions, exportVersions } from "#operations/models/export-versions.ts";
import { readRanges } from "#operations/models/read-ranges.ts";
import type { Api } from "./api.ts";
import { allVersionsQuery, versionsQuery } from "./models.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, groupParams, modelParams, namesSchema } from "./schemas.ts";

const rangesQuery = versionsQuery.pick({ filter: true }).extend({
  metrics: namesSchema
    .pipe(
      z
        .array(z.string().refine((name) => !name.includes("\0"), "A metric's name has no NUL character."))
        .max(RANGES_MAX, `At most ${RANGES_MAX} metrics at once: ask for the others in another request.`),
    )
    .describe("Comma-separated, each percent-encoded on its own when it holds a comma: `accuracy,loss`."),
});

const exportQuery = versionsQuery.omit({ pageSize: true, pageToken: true });
const exportAllQuery = allVersionsQuery.omit({ pageSize: true, pageToken: true });

const RANGES = "Between which finite values metrics lie, out of the index";

export function versionTableRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    "/groups/:group/models/:name/ranges",
    {
      schema: {
        summary: `${RANGES}: over the versions of a model that meet a filter`,
        params: modelParams,
        querystring: rangesQuery,
        response: { 200: metricRangeListSchema, ...failures },
      },
    },
    (request) => {
      const { group, name } = request.params;
      return readRanges(operations, principalOf(request), group, { name, ...request.query });
    },
  );

  api.get(
    "/groups/:group/ranges",
    {
      schema: {
        summary: `${RANGES}: over the versions of all models that meet a filter`,
        params: groupParams,
        querystring: rangesQuery,
        response: { 200: metricRangeListSchema, ...failures },
      },
    },
    (request) =>
      readRanges(operations, principalOf(request), request.params.group, { name: null, ...request.query }),
  );

  api.get(
    "/groups/:group/models/:name/versions.csv",
    {
      schema: {
        summary: "Versions of a model that meet a filter, all of them as CSV",
        params: modelParams,
        querystring: exportQuery,
      },
    },
    async (request, reply) => {
      const { group, name } = request.params;
      const query = { name, ...request.query };
      const exported = await exportVersions(operations, principalOf(request), group, query);
      return sendCsv(reply, `${name}-versions`, exported);
    },
  );

  api.get(
    "/groups/:group/versions.csv",
    {
      schema: {
        summary: "Versions of all models that meet a filter, all of them as CSV",
        params: groupParams,
        querystring: exportAllQuery,
      },
    },
    async (request, reply) => {
      const { group } = request.params;
      const query = { name: null, ...request.query };
      const exported = await exportVersions(operations, principalOf(request), group, query);
      return sendCsv(reply, `${group}-versions`, exported);
    },
  );
}

/** Cut off without its end where reading fails on the way, so that no part is taken for the whole. */
function sendCsv(reply: FastifyReply, name: string, { complete, text }: ExportedVersions): FastifyReply {
  return reply
    .type("text/csv; charset=utf-8; header=present")
    .header("content-disposition", attachment(`${name}.csv`))
    .header("cache-control", "no-store")
    .header("slipway-complete", String(complete))
    .send(Readable.from(text));
}

/** The name in plain letters, and in full for who reads it (RFC 6266). */
function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, "-");
  const full = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
