import { expect, test } from "vitest";
import { stampKey, stampValue, wantedStamps } from "./version-stamp.ts";

test("a version's stamp names each deployment that serves it once, in order", () => {
  const served = (deploymentId: string, number: number) => ({
    ...{ deploymentId, modelName: "iris", number, fingerprint: `f${number}` },
  });
  const stamps = wantedStamps([
    served("prod", 2),
    served("canary", 2),
    served("prod", 1),
    served("canary", 2),
  ]);
  expect([...stamps.values()]).toEqual([
    { modelName: "iris", number: 2, fingerprint: "f2", value: "canary,prod" },
    { modelName: "iris", number: 1, fingerprint: "f1", value: "prod" },
  ]);
  expect(stamps.get(stampKey({ modelName: "iris", number: 1 }))?.value).toBe("prod");
});

test("more deployments than MLflow takes are cut between two ids", () => {
  const ids = Array.from({ length: 200 }, (_, at) => `deployment-${String(at).padStart(20, "0")}`);
  const value = stampValue(ids);
  expect(value.length).toBeLessThanOrEqual(5_000);
  expect(value.endsWith(",…")).toBe(true);
  const named = value.split(",").slice(0, -1);
  expect(named).toEqual(ids.slice(0, named.length));
  expect(named.length).toBeGreaterThan(140);
});
