import { expect, test } from "vitest";
import { z } from "zod";
import { useApi } from "#testing/api.ts";

const { call } = await useApi();

test("the OpenAPI document tells the fields of a deployment, their defaults, and that there are no others", async () => {
  const body = z.object({
    properties: z.record(z.string(), z.looseObject({ default: z.unknown().optional() })),
    required: z.array(z.string()),
    additionalProperties: z.literal(false),
  });
  const content = z.object({ content: z.object({ "application/json": z.object({ schema: body }) }) });
  const document = z
    .object({
      paths: z.looseObject({
        "/api/v1/groups/{group}/deployments": z.object({ post: z.object({ requestBody: content }) }),
        "/api/v1/instance-types/{name}": z.looseObject({}),
      }),
    })
    .parse(await call("GET", "/openapi.json"));
  const { schema } =
    document.paths["/api/v1/groups/{group}/deployments"].post.requestBody.content["application/json"];
  expect(schema.required).toEqual(["name", "modelUri"]);
  expect(schema.properties).toMatchObject({
    access: { default: "private" },
    minReplicas: { default: 1, minimum: 0 },
    warmSeconds: { default: 300 },
    aliasPolicy: { default: "pin" },
    batching: {
      description: expect.stringContaining("predicted together"),
      properties: {
        mode: { default: "auto", enum: ["auto", "on", "off"], description: expect.stringContaining("tag") },
        requestsMax: { default: 64, maximum: 256, description: expect.any(String) },
        delayMsMax: { default: 5, description: expect.stringContaining("in ms") },
      },
    },
    concurrencyMax: { default: null, description: expect.stringContaining("429") },
    idempotent: { default: false, description: expect.any(String) },
    idleSeconds: { default: 900, minimum: 10, description: expect.stringContaining("minReplicas") },
    warmWindows: { default: [], description: expect.any(String) },
  });
});
