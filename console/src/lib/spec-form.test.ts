import type { Revision } from "@slipway/contracts/api/deployment";
import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import { expect, it } from "vitest";
import { rebaseEdits } from "./rebase-edits.ts";
import {
  askedSpec,
  changedOnly,
  comparedSpec,
  newSpecForm,
  type SpecForm,
  sizeOf,
  specForm,
  specRequest,
} from "./spec-form.ts";
import { withNewVariable } from "./variable-rows.ts";

const GIB = 1024 ** 3;
const MEDIUM = { name: "medium", description: "", cpuThreads: 1, memoryBytes: 4 * GIB, isDefault: true };
const LARGE = { name: "large", description: "", cpuThreads: 2, memoryBytes: 8 * GIB, isDefault: false };

function aRevision(values: Partial<Revision> = {}): Revision {
  return {
    number: 4,
    createdAt: "2026-11-24T12:00:00Z",
    author: "ann",
    updateMessage: "",
    requestedModelUri: "models:/iris@champion",
    modelUri: "models:/iris/2",
    modelName: "iris",
    resolvedVersion: "2",
    access: "private",
    description: "Irises",
    variables: [
      { name: "LEVEL", secret: false, value: "info" },
      { name: "TOKEN", secret: true, mark: "m1" },
    ],
    metadata: { team: "fraud", stage: "test" },
    minReplicas: 1,
    maxReplicas: 2,
    instanceType: "medium",
    cpuThreads: 1,
    memoryBytes: 4 * GIB,
    strategy: {
      kind: "canary",
      steps: [{ weight: 10, pauseSeconds: 60 }],
      promotion: "manual",
      bounds: { errorRateIncreaseMax: 0.007, latencyRatioMax: 2, predictionDistanceMax: 1, requestsMin: 50 },
    },
    warmSeconds: 300,
    aliasPolicy: "notify",
    ...SERVING_DEFAULTS,
    batchingInEffect: { mode: "on", from: "version tag" },
    rollbackOf: null,
    environmentHash: "abc",
    ...values,
  };
}

function edited(change: Partial<SpecForm>, revision = aRevision()): SpecForm {
  return { ...specForm(revision), ...change };
}

function diffOf(form: SpecForm, modelUri = "models:/iris/2") {
  return diffSpecs(
    askedSpec(aRevision()),
    comparedSpec(form, { base: aRevision(), types: [MEDIUM, LARGE], modelUri }),
  );
}

it("an untouched form asks for what the revision has, and changes nothing", () => {
  const form = specForm(aRevision());
  expect(specRequest(form)).toMatchObject({
    modelUri: "models:/iris@champion",
    strategy: aRevision().strategy,
    metadata: aRevision().metadata,
    variables: [
      { name: "LEVEL", secret: false, value: "info" },
      { name: "TOKEN", secret: true },
    ],
  });
  expect(changedOnly(form, form)).toEqual({});
  expect(diffOf(form)).toEqual([]);
});

it("a new form asks for the contract's defaults", () => {
  expect(specRequest(newSpecForm(" models:/iris/2 "))).toEqual({
    modelUri: "models:/iris/2",
    access: "private",
    aliasPolicy: "pin",
    minReplicas: 1,
    maxReplicas: 1,
    ...{
      batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 },
      concurrencyMax: null,
      idempotent: false,
    },
    variables: [],
    metadata: {},
    strategy: { kind: "all-at-once" },
    warmSeconds: 300,
    description: "",
  });
});

it("a patch holds only what has changed; one bound of the replicas brings the other", () => {
  const base = specForm(aRevision());
  expect(changedOnly(base, edited({ description: "More", warmSeconds: "300" }))).toEqual({
    description: "More",
  });
  expect(changedOnly(base, edited({ maxReplicas: 5 }))).toEqual({ minReplicas: 1, maxReplicas: 5 });
  expect(changedOnly(base, edited({ modelUri: "models:/iris/3" }))).toEqual({
    modelUri: "models:/iris/3",
    aliasPolicy: "pin",
  });
});

it("a size is taken anew only when somebody asks for it", () => {
  const grown = { ...MEDIUM, memoryBytes: 6 * GIB };
  const base = aRevision();
  expect(sizeOf(specForm(base), [grown], base)?.memoryBytes).toBe(4 * GIB);
  const anew = edited({ sizeAnew: true });
  expect(sizeOf(anew, [grown], base)?.memoryBytes).toBe(6 * GIB);
  expect(changedOnly(specForm(base), anew)).toEqual({ instanceType: "medium" });
});

it("the diff tells a replaced secret without its value, and the sizes of an instance type", () => {
  const [level, token] = specForm(aRevision()).variables;
  if (!level || !token) throw new Error("The revision has two variables.");
  const form = edited({
    variables: [level, { ...token, stored: false, value: "top secret" }],
    instanceType: "large",
  });
  const changes = diffOf(form, "models:/iris/5");
  expect(changes).toEqual([
    { field: "Model URI", from: "models:/iris/2", to: "models:/iris/5" },
    {
      field: "Instance type",
      from: "medium (1 CPU thread, 4096 MiB)",
      to: "large (2 CPU threads, 8192 MiB)",
    },
    { field: "Variable TOKEN", from: "a secret value", to: "a secret value" },
  ]);
  expect(JSON.stringify(changes)).not.toContain("top secret");
});

it("the same change of a URI is told once", () => {
  const version = aRevision({ requestedModelUri: "models:/iris/2" });
  const next = { ...version, requestedModelUri: "models:/iris/3", modelUri: "models:/iris/3" };
  expect(diffSpecs(version, next).map(({ field }) => field)).toEqual(["Model URI"]);
  expect(diffSpecs(aRevision(), next).map(({ field }) => field)).toContain("Asked for as");
});

it("my changes go on top of another's, entry by entry", () => {
  const base = specForm(aRevision());
  const theirs = specForm(
    aRevision({
      access: "public",
      metadata: { team: "risk", stage: "test", owner: "bob" },
      variables: [
        { name: "TOKEN", secret: true, mark: "m2" },
        { name: "REGION", secret: false, value: "eu" },
      ],
    }),
  );
  const mine = edited({
    maxReplicas: 7,
    metadata: [{ key: 0, name: "stage", value: "production" }],
    variables: withNewVariable(base.variables).map((row) =>
      row.name === "" ? { ...row, name: "MINE", secret: false, value: "1" } : row,
    ),
  });
  const merged = specRequest(rebaseEdits({ base, mine, theirs }));
  expect(merged).toMatchObject({ access: "public", minReplicas: 1, maxReplicas: 7 });
  // I took `team` out, they changed it: what I did counts. What only they did stays.
  expect(merged.metadata).toEqual({ stage: "production", owner: "bob" });
  expect(merged.variables).toEqual([
    { name: "TOKEN", secret: true },
    { name: "REGION", secret: false, value: "eu" },
    { name: "MINE", secret: false, value: "1" },
  ]);
});
