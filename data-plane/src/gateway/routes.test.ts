import { expect, test } from "vitest";
import { routeOf } from "./routes.ts";

test.each([
  ["POST", "invocations", { kind: "predict", path: "invocations" }],
  ["POST", "api/v1.0/predictions", { kind: "predict", path: "seldon/predictions" }],
  ["POST", "v2/models/iris/infer", { kind: "predict", path: "v2/infer", model: "iris" }],
  [
    "POST",
    "v2/models/a%20b/versions/3/infer",
    { kind: "predict", path: "v2/infer", model: "a b", version: "3" },
  ],
  ["GET", "ping", { kind: "ask", ask: "ping" }],
  ["GET", "health", { kind: "ask", ask: "ping" }],
  ["GET", "version", { kind: "ask", ask: "version" }],
  ["GET", "openapi.json", { kind: "ask", ask: "openapi" }],
  ["GET", "v2", { kind: "ask", ask: "v2" }],
  ["GET", "v2/health/live", { kind: "ask", ask: "v2 live" }],
  ["GET", "v2/health/ready", { kind: "ask", ask: "v2 ready" }],
  ["GET", "v2/models/iris", { kind: "ask", ask: "v2 model", model: "iris" }],
  [
    "GET",
    "v2/models/iris/versions/2/ready",
    { kind: "ask", ask: "v2 model ready", model: "iris", version: "2" },
  ],
])("%s %s", (method, rest, route) => {
  expect(routeOf(method, `/deployment/iris/${rest}`)).toEqual({ id: "iris", ...route });
});

test.each([
  ["GET", "/deployment/iris/invocations"],
  ["POST", "/deployment/iris/ping"],
  ["POST", "/deployment/iris/v2/models/iris"],
  ["GET", "/deployment/iris/v2/models/iris/infer"],
  ["GET", "/deployment/iris/constructor"],
  ["POST", "/deployment/IRIS/invocations"],
  ["POST", "/deployment/iris/"],
  ["POST", "/invocations"],
])("%s %s is nothing", (method, path) => {
  expect(routeOf(method, path)).toBeUndefined();
});
