import { createdDeploymentSchema, deploymentSchema } from "@slipway/contracts/api/deployment";
import { beforeAll, describe, expect, test } from "vitest";
import { useApi } from "#testing/api.ts";

const { call, answer, problemOf } = await useApi();
const PATH = "/groups/demo/deployments";
const GIB = 1024 ** 3;
const SECRETS = ["first secret value", "second secret value"] as const;

const deploy = async (values: object) =>
  createdDeploymentSchema.parse(
    await call("POST", PATH, { as: "bob", body: { modelUri: "models:/iris-unsigned/1", ...values } }),
  );
const update = async (id: string, body: object) =>
  deploymentSchema.parse(await call("PATCH", `${PATH}/${id}`, { as: "ada", body }));

const WHOLE = {
  name: "Whole",
  modelUri: "models:/iris-classifier@champion",
  access: "public",
  description: "All that one can say.\nIn two lines.",
  updateMessage: "First of all",
  variables: [
    { name: "LEVEL", secret: false, value: "" },
    { name: "TOKEN", secret: true, value: SECRETS[0] },
  ],
  metadata: { team: "fraud", "cost-centre/eu": "42", note: "" },
  minReplicas: 2,
  maxReplicas: 3,
  instanceType: "small",
  strategy: {
    kind: "canary",
    steps: [
      { weight: 5, pauseSeconds: 1 },
      { weight: 60, pauseSeconds: 2 },
    ],
    promotion: "manual",
    bounds: { errorRateIncreaseMax: 0.1, latencyRatioMax: 2, predictionDistanceMax: 0.5, requestsMin: 7 },
  },
  warmSeconds: 9,
  aliasPolicy: "roll-out",
  batching: { mode: "on", requestsMax: 8, delayMsMax: 0.5 },
  concurrencyMax: 12,
  idempotent: true,
  idleSeconds: 60,
  warmWindows: [{ days: ["mon", "fri"], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" }],
} as const;

describe("a spec", () => {
  test("that says everything comes back whole, and each part changes alone", async () => {
    const { variables, name, modelUri, ...asIs } = WHOLE;
    const created = await deploy(WHOLE);
    expect(created).toMatchObject({ id: "whole", name, firstClient: null });
    expect(created.latest).toMatchObject({
      ...asIs,
      ...{ number: 1, author: "bob", requestedModelUri: modelUri, modelName: "iris-classifier" },
      ...{ cpuThreads: 1, memoryBytes: GIB, rollbackOf: null },
      batchingInEffect: { mode: "on", from: "spec" },
      variables: [variables[0], { name: "TOKEN", secret: true }],
    });
    expect(deploymentSchema.parse(await call("GET", `${PATH}/whole`)).latest).toEqual(created.latest);

    let before = created.latest;
    for (const change of [
      { access: "private" },
      { description: "Less" },
      { metadata: { team: "risk" } },
      { minReplicas: 1 },
      { maxReplicas: 2 },
      { instanceType: "large" },
      { strategy: { kind: "all-at-once" } },
      { warmSeconds: 0 },
      { aliasPolicy: "notify" },
      { variables: [] },
      { concurrencyMax: null },
      { idempotent: false },
      { idleSeconds: 10 },
      { warmWindows: [] },
      { minReplicas: 0 },
    ] as const) {
      const { latest } = await update("whole", { ...change, updateMessage: "One thing" });
      const resources = "instanceType" in change ? { cpuThreads: 2, memoryBytes: 8 * GIB } : {};
      expect(latest).toEqual({
        ...{ ...before, ...change, ...resources },
        ...{ number: before.number + 1, createdAt: latest.createdAt },
        ...{ author: "ada", updateMessage: "One thing" },
      });
      before = latest;
    }
  });

  test("that says nothing gets the defaults", async () => {
    const { latest, firstClient } = await deploy({ name: "plain" });
    expect(latest).toMatchObject({
      ...{ access: "private", description: "", updateMessage: "", variables: [], metadata: {} },
      ...{ minReplicas: 1, maxReplicas: 1, instanceType: "medium", cpuThreads: 1, memoryBytes: 4 * GIB },
      ...{ strategy: { kind: "all-at-once" }, warmSeconds: 300, aliasPolicy: "pin" },
      batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 },
      ...{ concurrencyMax: null, idempotent: false, idleSeconds: 900, warmWindows: [] },
    });
    expect(firstClient?.name).toBe("bob");
    const { latest: canary } = await update("plain", { strategy: { kind: "canary" } });
    expect(canary.strategy).toMatchObject({ promotion: "automatic", bounds: { requestsMin: 100 } });
    const { latest: shadow } = await update("plain", { strategy: { kind: "shadow" } });
    expect(shadow.strategy).toMatchObject({ percent: 100, promotion: "manual" });
  });

  test("grows its upper bound with its lower one, and never leaves it below", async () => {
    await deploy({ name: "bounds", minReplicas: 2 });
    expect((await update("bounds", { minReplicas: 3 })).latest).toMatchObject({ maxReplicas: 3 });
    expect(await problemOf("PATCH", `${PATH}/bounds`, { body: { maxReplicas: 1 } })).toMatchObject({
      code: "invalid_request",
      errors: [{ field: "maxReplicas" }],
    });
  });

  test("stops following when its URI names a version", async () => {
    await deploy({ ...WHOLE, name: "follower" });
    const { latest, alias } = await update("follower", { modelUri: "models:/iris-classifier/1" });
    expect(latest).toMatchObject({ requestedModelUri: "models:/iris-classifier/1", aliasPolicy: "pin" });
    expect(alias).toBeNull();
  });
});

describe("a secret variable", () => {
  test("keeps its value until another is given, and shows only when it has changed", async () => {
    const named = (value?: string) => ({
      variables: [{ name: "TOKEN", ...(value === undefined ? {} : { value }) }],
    });
    const { latest } = await deploy({ name: "secretive", ...named(SECRETS[0]) });
    const [first] = latest.variables;
    expect(first).toEqual({ name: "TOKEN", secret: true, mark: expect.any(String) });
    expect((await update("secretive", named())).latest.variables).toEqual([first]);
    const [second] = (await update("secretive", named(SECRETS[1]))).latest.variables;
    expect(second?.mark).not.toBe(first?.mark);
    await update("secretive", { variables: [] });
    expect(await problemOf("PATCH", `${PATH}/secretive`, { body: named() })).toMatchObject({
      code: "invalid_request",
      errors: [{ field: "variables.0.value" }],
    });
    const back = deploymentSchema.parse(
      await call("POST", `${PATH}/secretive/rollback`, { body: { revision: 1 } }),
    );
    expect(back.latest.variables).toEqual([first]);
  });

  test("cannot be read by making it a plain one", async () => {
    await deploy({ name: "turned", variables: [{ name: "TOKEN", value: SECRETS[0] }] });
    const problem = await problemOf("PATCH", `${PATH}/turned`, {
      body: { variables: [{ name: "TOKEN", secret: false }] },
    });
    expect(problem).toMatchObject({ code: "invalid_request", errors: [{ field: "variables.0.value" }] });
  });

  test("is in no answer, whoever asks for what", async () => {
    const texts = await Promise.all(
      ["secretive", "turned", "whole"].flatMap((id) =>
        ["", "/revisions", "/rollouts", "/events", "/clients", "/replicas"].map(
          async (part) => (await answer("GET", `${PATH}/${id}${part}`)).text,
        ),
      ),
    );
    const all = [...texts, (await answer("GET", PATH)).text].join("\n");
    expect(all).toContain("TOKEN");
    for (const secret of SECRETS) expect(all).not.toContain(secret);
  });
});

describe("a spec is refused, naming the field, with", () => {
  const variable = (name: string) => ({ variables: [{ name, value: "x" }] });
  const canary = (...weights: number[]) => ({
    strategy: { kind: "canary", steps: weights.map((weight) => ({ weight, pauseSeconds: 1 })) },
  });
  const batching = (values: object) => ({ batching: values });
  const window = (values: object) => ({
    warmWindows: [
      { days: ["mon"], from: "00:00", to: "00:00" },
      { days: ["tue"], from: "08:00", to: "18:00", ...values },
    ],
  });
  const CASES: [string, object, string, RegExp][] = [
    ["a reserved variable", variable("PYTHONPATH"), "variables.0.name", /sets this variable itself/],
    ["one of Slipway's variables", variable("SLIPWAY_HOME"), "variables.0.name", /sets this variable itself/],
    ["the number of threads", variable("OMP_NUM_THREADS"), "variables.0.name", /sets this variable itself/],
    ["an illegal variable name", variable("1ST"), "variables.0.name", /not starting with a digit/],
    ["a variable name with '='", variable("A=B"), "variables.0.name", /letters, digits and '_'/],
    [
      "a variable twice",
      { variables: [...variable("A").variables, ...variable("A").variables] },
      "variables.1.name",
      /'A' stands here twice/,
    ],
    ["a secret without a value", { variables: [{ name: "A" }] }, "variables.0.value", /none is stored yet/],
    ["a plain variable without one", { variables: [{ name: "A", secret: false }] }, "variables.0.value", /./],
    ["a NUL in a value", { variables: [{ name: "A", value: "a\0b" }] }, "variables.0.value", /NUL/],
    ["a NUL in the description", { description: "a\0b" }, "description", /no text/],
    ["half a character in the metadata", { metadata: { a: "\ud800" } }, "metadata.a", /no text/],
    ["an illegal metadata key", { metadata: { "two words": "x" } }, "metadata.two words", /letters, digits/],
    ["more replicas at least than at most", { minReplicas: 3, maxReplicas: 2 }, "maxReplicas", /smaller/],
    ["fewer than no replicas", { minReplicas: -1 }, "minReplicas", />=0/],
    ["no replicas at most", { maxReplicas: 0 }, "maxReplicas", />=1/],
    ["an unknown batching mode", batching({ mode: "always" }), "batching.mode", /auto/],
    ["batches of nothing", batching({ requestsMax: 0 }), "batching.requestsMax", />=1/],
    ["batches too large for a frame", batching({ requestsMax: 257 }), "batching.requestsMax", /<=256/],
    ["a wait of minutes", batching({ delayMsMax: 60_000 }), "batching.delayMsMax", /<=1000/],
    ["an unknown field of batching", batching({ rowsMax: 9 }), "batching.rowsMax", /no such/],
    ["room for no request", { concurrencyMax: 0 }, "concurrencyMax", />=1/],
    ["an idempotence that is a word", { idempotent: "yes" }, "idempotent", /boolean/],
    ["an idle time of nothing", { idleSeconds: 0 }, "idleSeconds", />=10/],
    ["a time zone that is none", window({ timeZone: "Mars/Base" }), "warmWindows.1.timeZone", /IANA/],
    ["a time of day that is none", window({ from: "24:00" }), "warmWindows.1.from", /HH:MM/],
    ["a window without days", window({ days: [] }), "warmWindows.1.days", /at least one day/],
    ["a day twice", window({ days: ["mon", "mon"] }), "warmWindows.1.days", /once/],
    ["a day that is none", window({ days: ["monday"] }), "warmWindows.1.days.0", /mon/],
    ["an unknown field of a window", window({ day: "mon" }), "warmWindows.1.day", /no such/],
    ["an unknown instance type", { instanceType: "huge" }, "instanceType", /small, medium, large/],
    ["an unknown strategy", { strategy: { kind: "blue-green" } }, "strategy.kind", /canary/],
    ["steps that do not grow", canary(50, 10), "strategy.steps", /more of the requests than the one before/],
    ["steps that stay", canary(10, 10), "strategy.steps", /more of the requests than the one before/],
    ["a canary without steps", canary(), "strategy.steps", /at least one/],
    ["a step of everything", canary(100), "strategy.steps.0.weight", /<100|<=99/],
    ["a negative warm time", { warmSeconds: -1 }, "warmSeconds", />=0/],
    ["a warm time of years", { warmSeconds: 86_401 }, "warmSeconds", /<=86400/],
    ["a policy without an alias", { aliasPolicy: "roll-out" }, "aliasPolicy", /made from an alias/],
    ["a notice without an alias", { aliasPolicy: "notify" }, "aliasPolicy", /made from an alias/],
    ["an unknown field", { replicas: 2 }, "replicas", /no such field/],
    [
      "an unknown field of a variable",
      { variables: [{ name: "A", valeu: "x" }] },
      "variables.0.valeu",
      /no such/,
    ],
    [
      "an unknown field of the strategy",
      { strategy: { kind: "canary", step: [] } },
      "strategy.step",
      /no such/,
    ],
    [
      "an unknown bound",
      { strategy: { kind: "canary", bounds: { errors: 1 } } },
      "strategy.bounds.errors",
      /no such/,
    ],
  ];
  beforeAll(() => deploy({ name: "existing" }));
  test.each(CASES)("%s", async (_name, wrong, field, words) => {
    const body = { name: "refused", modelUri: "models:/iris-unsigned/1", ...wrong };
    const problems = [
      await problemOf("POST", PATH, { as: "bob", body }),
      await problemOf("PATCH", `${PATH}/existing`, { as: "bob", body: wrong }),
    ];
    for (const problem of problems) {
      expect(problem).toMatchObject({ status: 400, code: "invalid_request" });
      const [fault] = problem.errors ?? [];
      expect(fault?.field).toBe(field);
      expect(fault?.message).toMatch(words);
      expect(problem.detail).toMatch(words);
    }
    expect(await call("GET", `${PATH}/existing`)).toMatchObject({ latestRevision: 1 });
    expect((await answer("GET", `${PATH}/refused`)).status).toBe(404);
  });

  test("every unknown field is named", async () => {
    const problem = await problemOf("POST", PATH, {
      body: { name: "refused", modelUri: "models:/iris-unsigned/1", replicas: 1, colour: "red" },
    });
    expect(problem.errors?.map(({ field }) => field)).toEqual(["replicas", "colour"]);
  });
});
