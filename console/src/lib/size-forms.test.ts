import { expect, it } from "vitest";
import { describeQuotas, quotaLines, usageOfReplicas } from "./quota-lines.ts";
import { instanceTypeForm, instanceTypeRequest, quotasForm, quotasOf } from "./size-forms.ts";

const GIB = 1024 ** 3;

it("memory goes from bytes to GiB and back unchanged", () => {
  for (const memoryBytes of [128 * 1024 ** 2, 1.5 * GIB, 64 * GIB]) {
    const type = { name: "a", description: "", cpuThreads: 2, memoryBytes, isDefault: false };
    expect(instanceTypeRequest(instanceTypeForm(type)).request).toEqual(type);
    const quotas = { deployments: 3, replicas: null, memoryBytes };
    expect(quotasOf(quotasForm(quotas)).quotas).toEqual(quotas);
  }
});

it("an empty quota is no bound; what is no number is said at its field", () => {
  const none = { deployments: "", replicas: "", memoryGib: "" };
  expect(quotasOf(none).quotas).toEqual({ deployments: null, replicas: null, memoryBytes: null });
  expect(Object.keys(quotasOf({ ...none, deployments: 1.5, memoryGib: "x" }).errors)).toEqual([
    "deployments",
    "memoryGib",
  ]);
  expect(instanceTypeRequest({ ...instanceTypeForm(null), name: "a", memoryGib: 0.1 }).errors).toEqual({
    memoryBytes: "Give at least 128 MiB.",
  });
});

it("a change exceeds a quota only when it grows past it", () => {
  const group = {
    quotas: { deployments: 2, replicas: 4, memoryBytes: null },
    usage: { deployments: 3, replicas: 4, memoryBytes: 16 * GIB },
  };
  const exceeded = (replicas: number) =>
    quotaLines(group, { deployments: 0, replicas, memoryBytes: 0 }).map(({ exceeds }) => exceeds);
  expect(exceeded(0)).toEqual([false, false, false]);
  expect(exceeded(-1)).toEqual([false, false, false]);
  expect(exceeded(1)).toEqual([false, true, false]);
  const [, replicas, memory] = quotaLines(group, { deployments: 0, ...usageOfReplicas(2, GIB) });
  expect(replicas).toMatchObject({ words: "4 of 4", change: "+2" });
  expect(memory).toMatchObject({ words: "16 GiB, no bound", change: "+2 GiB" });
  expect(describeQuotas(group.quotas)).toBe("2 deployments · 4 replicas");
});
