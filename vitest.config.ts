import { defineConfig } from "vitest/config";

const INTEGRATION_MS_MAX = 180_000;

export default defineConfig({
  test: {
    include: ["{contracts,control-plane,data-plane,console,cli}/src/**/*.test.{ts,tsx}", "e2e/**/*.test.ts"],
    globalSetup: ["e2e/src/fixtures/global-setup.ts"],
    testTimeout: INTEGRATION_MS_MAX,
    hookTimeout: INTEGRATION_MS_MAX,
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});
