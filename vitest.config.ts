import { defineConfig } from "vitest/config";

/** After that a test hangs; a busy machine takes minutes to build an environment and bring a model up in it. */
const INTEGRATION_MS_MAX = 600_000;
/** For what a test waits: `expect.poll` gives up after one second by default, which a busy machine takes to draw a page. */
const POLL_MS_MAX = 60_000;
/** Stories that send a steady load and tell failures of the product from a machine that is busy with something else. */
const UNDER_LOAD = ["e2e/src/{rollouts,faults,load,aliases,benchmarks}/*.test.ts"];

const common = {
  testTimeout: INTEGRATION_MS_MAX,
  hookTimeout: INTEGRATION_MS_MAX,
  expect: { poll: { timeout: POLL_MS_MAX } },
  pool: "forks" as const,
  execArgv: ["--disable-warning=ExperimentalWarning"],
};

export default defineConfig({
  test: {
    globalSetup: ["e2e/src/fixtures/global-setup.ts"],
    projects: [
      {
        test: {
          ...common,
          name: "side by side",
          include: [
            "{contracts,control-plane,data-plane,console,cli,bench}/src/**/*.test.{ts,tsx}",
            "e2e/**/*.test.ts",
          ],
          exclude: [...UNDER_LOAD, "**/node_modules/**"],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "one after another",
          include: UNDER_LOAD,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
