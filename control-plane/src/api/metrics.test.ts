import { expect, test } from "vitest";
import { METRICS_TOKEN, useApi } from "#testing/api.ts";

const { answer, call, metrics } = await useApi();
const BEARER = `Bearer ${METRICS_TOKEN}`;

test("the API's answers are counted by route and status, and deployments by group and status", async () => {
  await call("POST", "/groups/demo/deployments", {
    body: { name: "seen", modelUri: "models:/iris-unsigned/1" },
  });
  for (let time = 0; time < 3; time += 1) await call("GET", "/groups/demo/deployments/seen");
  for (const [status, path] of [
    [404, "/groups/demo/deployments/unseen"],
    [404, "/no/such/path"],
  ] as const) {
    expect((await answer("GET", path)).status).toBe(status);
  }
  const { status, lines } = await metrics(BEARER);
  expect(status).toBe(200);
  const route = "/api/v1/groups/:group/deployments/:id";
  const expected = [
    `slipway_http_request_duration_seconds_count{method="GET",route="${route}",status="200"} 3`,
    `slipway_http_request_duration_seconds_count{method="GET",route="${route}",status="404"} 1`,
    'slipway_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
    'slipway_deployments{group="demo",status="Deploying"} 1',
    'slipway_deployment_info{deployment="seen",group="demo"} 1',
  ];
  expect(expected.filter((line) => !lines.includes(line))).toEqual([]);
  const took = lines.find((line) =>
    line.startsWith(`slipway_http_request_duration_seconds_sum{method="GET",route="${route}"`),
  );
  expect(Number(took?.split(" ").at(-1))).toBeGreaterThan(0);
  expect(lines.some((line) => line.startsWith("process_resident_memory_bytes "))).toBe(true);
});

test("the figures are shown to nobody without the token", async () => {
  for (const authorization of [undefined, "Bearer", "Bearer guess", `${BEARER}x`, `Basic ${METRICS_TOKEN}`]) {
    const { status, lines } = await metrics(authorization);
    expect(status, authorization).toBe(401);
    expect(lines.join()).not.toContain("slipway_http");
  }
});
