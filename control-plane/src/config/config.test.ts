import { expect, test } from "vitest";
import { createConfig } from "./config.ts";
import { readEnvironment } from "./env.ts";

function configOf(environment: NodeJS.ProcessEnv) {
  return createConfig(readEnvironment({ DATABASE_URL: "postgres://localhost/slipway", ...environment }));
}

test("addresses follow host and ports, and a wildcard address is never shown", () => {
  expect(configOf({})).toMatchObject({
    origin: "http://127.0.0.1:8080",
    endpointOrigin: "http://127.0.0.1:8081",
  });
  expect(configOf({ SLIPWAY_HOST: "0.0.0.0", SLIPWAY_PORT: "80" }).origin).toBe("http://127.0.0.1:80");
  expect(configOf({ SLIPWAY_HOST: "::1" }).origin).toBe("http://[::1]:8080");
});

test("public addresses behind a proxy win over host and ports", () => {
  const config = configOf({
    SLIPWAY_ORIGIN: "https://slipway.example",
    SLIPWAY_ENDPOINT_ORIGIN: "https://models.example",
  });
  expect(config).toMatchObject({
    origin: "https://slipway.example",
    endpointOrigin: "https://models.example",
  });
});

test.each([
  [{ SLIPWAY_PORT: "http" }, "port"],
  [{ SLIPWAY_METRICS_TOKEN: "guess-me" }, "SLIPWAY_METRICS_TOKEN"],
  [{ SLIPWAY_ADMIN_PASSWORD: "" }, "SLIPWAY_ADMIN_PASSWORD"],
  [{ SLIPWAY_ALIAS_POLL_SECONDS: "0" }, "aliasPollSeconds"],
  [{ DATABASE_URL: undefined }, "DATABASE_URL"],
])("%j is refused, naming what is wrong", (environment, words) => {
  expect(() => configOf(environment)).toThrowError(words);
});
