import { expect, it } from "vitest";
import {
  summarizeDescription,
  summarizeMetadata,
  summarizeResources,
  summarizeServing,
  summarizeStrategy,
  summarizeVariables,
} from "./section-summaries.ts";
import type { ServingForm } from "./serving-form.ts";
import { newSpecForm } from "./spec-form.ts";

const SIZE = { cpuThreads: 1, memoryBytes: 4 * 1024 ** 3 };
const form = newSpecForm("models:/iris/2");

it("every folded part says what it holds in a line", () => {
  const named = { name: "medium", size: SIZE };
  expect(summarizeResources(named)).toBe("medium (1 CPU thread, 4 GiB)");
  expect(summarizeResources({ name: null, size: SIZE })).toBe("1 CPU thread, 4 GiB");
  expect(summarizeResources({ name: "medium", size: null })).toBe("medium");
  const row = { key: 0, secret: true, value: "never shown", stored: false, storedAs: null };
  const names = ["A", "B", "C", "D"];
  expect(summarizeVariables(names.map((name, key) => ({ ...row, key, name, secret: name === "B" })))).toBe(
    "4: A, B (secret), C and 1 more",
  );
  expect(summarizeMetadata([{ key: 0, name: "team", value: "fraud" }])).toBe("1: team = fraud");
  expect(summarizeMetadata([])).toBe("none");
  expect(summarizeDescription("First line\nsecond")).toBe("First line");
});

it("how requests are taken is a line of the replicas, the batching, and only what else was chosen", () => {
  const words = (change: Partial<ServingForm>) => summarizeServing({ ...form, ...change });
  expect(words({})).toBe("1 replica · batching automatic");
  expect(words({ maxReplicas: "3", batching: { ...form.batching, mode: "off" } })).toBe(
    "1 to 3 replicas · batching off",
  );
  expect(words({ minReplicas: "", maxReplicas: 2 })).toBe("… to 2 replicas · batching automatic");
  expect(words({ minReplicas: 0, concurrencyMax: 1, idempotent: true })).toBe(
    "0 to 1 replica, none after 15 min idle · batching automatic · at most 1 request at a time · sent again once",
  );
});

it("a strategy is a line of its steps, who promotes, and how long a way back stays open", () => {
  expect(summarizeStrategy(form)).toBe(
    "All at once after the smoke test · old revision kept ready for 5 min",
  );
  const { strategy } = form;
  expect(summarizeStrategy({ strategy: { ...strategy, kind: "canary" }, warmSeconds: 90 })).toBe(
    "Canary 10 % → 50 %, automatic promotion · old revision kept ready for 1 min 30 s",
  );
  expect(summarizeStrategy({ strategy: { ...strategy, kind: "shadow" }, warmSeconds: 0 })).toBe(
    "Shadow of 100 % for 1 min, promoted by hand · old revision not kept",
  );
});
