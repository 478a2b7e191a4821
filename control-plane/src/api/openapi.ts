/** The OpenAPI document, made from the schemas that the routes declare. */
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

export const OPENAPI_OPTIONS: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: { title: "Slipway", version: "v1", description: "Puts registered MLflow models into service." },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token from the account page." },
        session: { type: "apiKey", in: "cookie", name: "slipway.session_token" },
      },
    },
    security: [{ token: [] }, { session: [] }],
  },
  transform: jsonSchemaTransform,
  transformObject(document) {
    const whole = jsonSchemaTransformObject(document);
    if ("components" in whole) dropUnused(whole.components?.schemas ?? {}, whole.paths);
    return whole;
  },
};

/** Each schema is offered in a form for requests and one for answers; only those that something refers to are kept. */
function dropUnused(schemas: Record<string, unknown>, paths: unknown): void {
  const used = new Set<string>();
  const waiting = referencesOf(paths);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    waiting.push(...referencesOf(schemas[name]));
  }
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}

function referencesOf(part: unknown): string[] {
  return [...JSON.stringify(part ?? {}).matchAll(/#\/components\/schemas\/([^"/]+)"/g)].map(
    ([, name]) => name ?? "",
  );
}
