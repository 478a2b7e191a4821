import { rolloutSchema } from "@slipway/contracts/api/rollout";
import { expect, test } from "vitest";
import { eventWords } from "./event-words.ts";
import { formatRange, parseRange } from "./revision-range.ts";
import { reasonWords, rolloutAt } from "./rollout-words.ts";

function aRollout(id: string, revision: number, startedAt: string) {
  return rolloutSchema.parse({
    id,
    revision,
    fromRevision: null,
    state: "succeeded",
    author: "ann",
    strategy: { kind: "all-at-once" },
    startedAt,
    finishedAt: null,
    durationMs: null,
    reason: null,
    message: null,
    steps: [],
    progress: null,
    changes: [],
    requests: [],
    unserved: 0,
    checks: [],
    shadow: null,
  });
}

test("stable words become words for people", () => {
  expect(reasonWords("SmokeTestFailed")).toBe("Smoke test failed");
  expect(eventWords("deployment.rolled-back")).toBe("Deployment rolled back");
});

test("two revisions in a URL are read as they were written", () => {
  expect(parseRange(formatRange({ from: 2, to: 5 }))).toEqual({ from: 2, to: 5 });
  for (const text of [undefined, "", "2", "2..", "a..b", "2...5"]) expect(parseRange(text)).toBeNull();
});

test("an event leads to the rollout that ran at its time", () => {
  const rollouts = [
    aRollout("3", 2, "2026-11-24T16:00:00.000Z"),
    aRollout("1", 2, "2026-11-24T14:00:00.000Z"),
    aRollout("2", 3, "2026-11-24T15:00:00.000Z"),
  ];
  expect(rolloutAt(rollouts, 2, "2026-11-24T15:30:00.000Z")?.id).toBe("1");
  expect(rolloutAt(rollouts, 2, "2026-11-24T17:00:00.000Z")?.id).toBe("3");
  expect(rolloutAt(rollouts, null, "2026-11-24T17:00:00.000Z")).toBeNull();
});
