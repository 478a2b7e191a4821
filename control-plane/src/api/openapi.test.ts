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
    minReplicas: { default: 1, minimum: 1 },
    warmSeconds: { default: 300 },
    aliasPolicy: { default: "pin" },
  });
});
