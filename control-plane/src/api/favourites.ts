/** The registered models that a user marked, for themselves. */
import { markFavourite, unmarkFavourite } from "#operations/models/favourites.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { principalOf } from "./principals.ts";
import { failures, modelParams, noContent } from "./schemas.ts";

const FAVOURITE = "/groups/:group/models/:name/favourite";

export function favouriteRoutes(api: Api, { operations }: ApiPorts): void {
  const response = { 204: noContent, ...failures };
  api.put(
    FAVOURITE,
    { schema: { summary: "Mark a model as your favourite", params: modelParams, response } },
    async (request, reply) => {
      await markFavourite(operations, principalOf(request), request.params);
      return reply.code(204).send(null);
    },
  );

  api.delete(
    FAVOURITE,
    { schema: { summary: "Mark a model as your favourite no more", params: modelParams, response } },
    async (request, reply) => {
      await unmarkFavourite(operations, principalOf(request), request.params);
      return reply.code(204).send(null);
    },
  );
}
