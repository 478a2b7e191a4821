/**
 * The files of a version. They come from strangers: whatever they are, they leave as attachments without a type that a browser
 * would run, in a sandbox that allows nothing.
 */
import {
  artifactFileSchema,
  artifactFolderSchema,
  artifactListSchema,
  TRUNCATED_HEADER,
} from "@slipway/contracts/api/artifact";
import { pageQuerySchema } from "@slipway/contracts/api/list";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { listArtifacts, openArtifact, viewArtifact } from "#operations/models/artifacts.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, versionParams } from "./schemas.ts";

const ARTIFACTS = "/groups/:group/models/:name/versions/:version/artifacts";

const folderQuery = pageQuerySchema.extend({
  path: artifactFolderSchema
    .default("")
    .describe("A folder of the version; its model folder where left out."),
});
const contentQuery = z.object({
  path: artifactFileSchema,
  download: z
    .stringbool()
    .default(false)
    .describe(
      `The whole file; else its first 512 KiB as text to look at, with the header \`${TRUNCATED_HEADER}\` where that is not all.`,
    ),
});

export function artifactRoutes(api: Api, { operations }: ApiPorts): void {
  api.get(
    ARTIFACTS,
    {
      schema: {
        summary: "The files in a folder of a version",
        params: versionParams,
        querystring: folderQuery,
        response: { 200: artifactListSchema, ...failures },
      },
    },
    (request) => {
      const { group, ...version } = request.params;
      return listArtifacts(operations, principalOf(request), group, { ...version, ...request.query });
    },
  );

  api.get(
    `${ARTIFACTS}/content`,
    { schema: { summary: "A file of a version", params: versionParams, querystring: contentQuery } },
    async (request, reply) => {
      const { group, ...version } = request.params;
      const { path, download } = request.query;
      const asked = [operations, principalOf(request), group, { ...version, path }] as const;
      if (!download) {
        const { content, truncated } = await viewArtifact(...asked);
        if (truncated) reply.header(TRUNCATED_HEADER, "true");
        return harmless(reply, path).type("text/plain; charset=utf-8").send(content);
      }
      const { body, sizeBytes } = await openArtifact(...asked);
      if (sizeBytes !== null) reply.header("content-length", sizeBytes);
      return harmless(reply, path).type("application/octet-stream").send(body);
    },
  );
}

function harmless(reply: FastifyReply, path: string): FastifyReply {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return reply
    .header("content-disposition", `attachment; filename*=UTF-8''${encodeRfc5987(name)}`)
    .header("content-security-policy", "sandbox; default-src 'none'")
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store");
}

function encodeRfc5987(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
