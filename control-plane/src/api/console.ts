/** Serves the built console; paths of its own router answer with its index page. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { AppError } from "@slipway/contracts/errors";
import type { Api } from "./api.ts";
import { sendProblem } from "./problems.ts";

export async function consoleRoutes(api: Api, folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, "index.html"))) return;
  await api.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    // Vite names built files by their content, so they never change under one name.
    setHeaders: (reply, path) =>
      void reply.header(
        "cache-control",
        path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      ),
  });
  api.get("/*", { schema: { hide: true } }, (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    if (path.startsWith("/api/") || path.startsWith("/assets/")) {
      return sendProblem(request, reply, new AppError("not_found", `There is nothing at ${path}.`));
    }
    return reply.sendFile("index.html");
  });
}
