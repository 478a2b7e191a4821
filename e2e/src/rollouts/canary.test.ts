/** Canaries and shadows under an open-loop load: what is worse is given up, what is the same never is. */
import type { DeploymentPatchInput } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { type Strategy, strategySchema } from "@slipway/contracts/api/strategy";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANYTHING, DOUBLED, TestedEndpoint } from "#src/load/endpoint.ts";
import { recordFigures, requestsPerSecond, rounds, roundsMsMax } from "#src/load/long-form.ts";
import { describeFailures, failures, latencyMs, type Outcome } from "#src/load/outcome.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

/** Two revisions share the machine with everything else that is tested: what counts here is who answers, not how many. */
const REQUESTS_PER_SECOND = requestsPerSecond(40);
/** As many as a model that takes 200 ms can answer of its share. */
const REQUESTS_PER_SECOND_SLOW = 30;
const SAME_VERSION_ROUNDS = rounds(2);
let product: Product;
let numbers: TestedEndpoint;
let labels: TestedEndpoint;

beforeAll(async () => {
  product = await startProduct();
  [numbers, labels] = await Promise.all([
    TestedEndpoint.deploy(product, { name: "numbers", modelUri: "models:/steady/1" }),
    TestedEndpoint.deploy(product, { name: "labels", modelUri: "models:/labels/1" }),
  ]);
});
afterAll(() => product?.[Symbol.asyncDispose]());

/** One step with a share of the requests, over when so many are answered. */
function canary(
  weight: number,
  requestsMin: number,
  promotion: "automatic" | "manual" = "automatic",
): Strategy {
  const steps = [{ weight, pauseSeconds: 1 }];
  return strategySchema.parse({ kind: "canary", steps, promotion, bounds: { requestsMin } });
}

/** Rolls out under load until the rollout `isOver`. */
async function rollOut(
  endpoint: TestedEndpoint,
  patch: DeploymentPatchInput,
  isOver = ({ state }: Rollout) => state !== "running",
): Promise<{ rollout: Rollout; outcomes: Outcome[] }> {
  const slow = patch.modelUri?.startsWith("models:/slow") ?? false;
  const rate = slow ? REQUESTS_PER_SECOND_SLOW : REQUESTS_PER_SECOND;
  using load = await endpoint.load(rate, endpoint === numbers ? DOUBLED : ANYTHING);
  const { revision } = await endpoint.update(patch);
  const rollout = await endpoint.rolloutOnce(revision, isOver);
  return { rollout, outcomes: await load.stop() };
}

/** Answers of the revision that was tried, among those that came while the rollout ran. */
function answersOf({ id, revision }: Rollout, outcomes: Outcome[]): Outcome[] {
  return outcomes.filter((outcome) => outcome.rollout === id && outcome.revision === revision);
}

describe("a canary", () => {
  test.each([
    ["errors", "two-percent-errors", canary(50, 2_000)],
    ["latency", "slow-200ms", canary(10, 2_000)],
    ["predictions", "constant", canary(50, 2_000)],
  ] as const)(
    "with worse %s (%s) is given up by itself, and the old revision serves on",
    async (check, model, strategy) => {
      const endpoint = check === "predictions" ? labels : numbers;
      const { servingRevision } = await product.api.deployment(GROUP, endpoint.id);
      const { rollout, outcomes } = await rollOut(endpoint, { modelUri: `models:/${model}/1`, strategy });
      expect(rollout).toMatchObject({ state: "aborted", reason: "BoundsExceeded" });
      expect(rollout.checks.filter(({ outcome }) => outcome === "exceeded").map(({ name }) => name)).toEqual([
        check,
      ]);
      expect(answersOf(rollout, outcomes).length).toBeGreaterThan(0);
      // Only the revision that was tried may have failed, and only as its model does.
      const expected = check === "errors" ? answersOf(rollout, outcomes) : [];
      expect(failures(outcomes).filter((failure) => !expected.includes(failure))).toEqual([]);
      expect(await product.api.deployment(GROUP, endpoint.id)).toMatchObject({
        status: "Deployed",
        servingRevision,
        shares: [{ revision: servingRevision, weight: 100 }],
      });
    },
  );

  test(
    `of the same version is never given up, ${SAME_VERSION_ROUNDS} times in a row`,
    async () => {
      const ended: string[] = [];
      for (let round = 0; round < SAME_VERSION_ROUNDS; round++) {
        const endpoint = round % 2 === 0 ? numbers : labels;
        const model = endpoint === numbers ? "steady" : "labels";
        const { rollout, outcomes } = await rollOut(endpoint, {
          modelUri: `models:/${model}/1`,
          variables: [{ name: "ROUND", value: String(round) }],
          strategy: canary(50, 200),
        });
        ended.push(`${rollout.state}${rollout.message === null ? "" : `: ${rollout.message}`}`);
        expect(describeFailures(outcomes), `round ${round}`).toEqual([]);
        expect(answersOf(rollout, outcomes).length).toBeGreaterThanOrEqual(200);
      }
      recordFigures({
        "canaries of the same version": SAME_VERSION_ROUNDS,
        "of these given up": ended.filter((end) => end !== "succeeded").length,
      });
      expect(ended).toEqual(ended.map(() => "succeeded"));
    },
    roundsMsMax(SAME_VERSION_ROUNDS),
  );

  test("waits for a person where it is told to: promoted it goes live, aborted it leaves", async () => {
    const waits = ({ progress }: Rollout) => progress?.waitingFor === "promotion";
    using load = await numbers.load(REQUESTS_PER_SECOND, DOUBLED);
    const strategy = canary(20, 10, "manual");
    const first = await numbers.update({ modelUri: "models:/steady/2", strategy });
    const promoted = await numbers.rolloutOnce(first.revision, waits);
    await product.api.post(`${numbers.path}/rollouts/${promoted.id}/promote`, {});
    expect(await numbers.ended(first.revision)).toMatchObject({ state: "succeeded" });

    const second = await numbers.update({ modelUri: "models:/steady/3", strategy });
    const aborted = await numbers.rolloutOnce(second.revision, waits);
    await product.api.post(`${numbers.path}/rollouts/${aborted.id}/abort`, { message: "not today" });
    expect(await numbers.ended(second.revision)).toMatchObject({
      state: "aborted",
      reason: "AbortedByUser",
      message: expect.stringContaining("not today"),
    });
    expect(await product.api.deployment(GROUP, numbers.id)).toMatchObject({
      servingRevision: first.revision,
      resolvedVersion: "2",
    });
    expect(describeFailures(await load.stop())).toEqual([]);
  });
});

describe("a shadow", () => {
  const shadow = (promotion: "automatic" | "manual") =>
    strategySchema.parse({ kind: "shadow", percent: 100, seconds: 1, requestsMin: 100, promotion });

  test("of a version that predicts the same differs nowhere, and is promoted by itself", async () => {
    const { rollout, outcomes } = await rollOut(numbers, {
      modelUri: "models:/steady/1",
      strategy: shadow("automatic"),
    });
    expect(rollout).toMatchObject({
      state: "succeeded",
      shadow: { differingRequests: 0, differingRows: 0, failed: 0, largestDifference: 0, examples: [] },
    });
    expect(rollout.shadow?.compared).toBeGreaterThanOrEqual(100);
    expect(describeFailures(outcomes)).toEqual([]);
  });

  test("of a version that predicts otherwise tells how often and where, and reaches no caller", async () => {
    const { rollout, outcomes } = await rollOut(labels, {
      modelUri: "models:/constant/1",
      strategy: shadow("automatic"),
    });
    expect(rollout).toMatchObject({ state: "aborted", reason: "BoundsExceeded" });
    const { compared = 0, rows = 0, differingRows = 0, examples = [] } = rollout.shadow ?? {};
    expect(rows).toBe(compared);
    // Two of three labels are forgotten.
    expect(differingRows / rows).toBeGreaterThan(0.5);
    expect(differingRows / rows).toBeLessThan(0.8);
    expect(examples[0]).toMatchObject({ old: expect.stringMatching(/green|blue/), new: '"red"' });
    expect(answersOf(rollout, outcomes)).toEqual([]);
    expect(describeFailures(outcomes)).toEqual([]);
  });

  test("that hangs keeps no caller waiting", async () => {
    using calm = await numbers.load(REQUESTS_PER_SECOND, DOUBLED, { requestsMax: 600 });
    const before = latencyMs(await calm.end(), 0.99);
    const { rollout, outcomes } = await rollOut(
      numbers,
      { modelUri: "models:/hangs-after-one/1", strategy: shadow("manual") },
      // Its few places are taken, so copies are dropped.
      (running) => running.state !== "running" || (running.shadow?.dropped ?? 0) > 300,
    );
    expect(rollout.state).toBe("running");
    expect(describeFailures(outcomes)).toEqual([]);
    const during = outcomes.filter((outcome) => outcome.rollout === rollout.id);
    const whileMirrored = during.slice(-300);
    // A hung copy would be waited for until its time-out, seconds later.
    expect(latencyMs(whileMirrored, 0.99)).toBeLessThan(Math.max(10 * before, 1_000));
    await product.api.post(`${numbers.path}/rollouts/${rollout.id}/abort`, {});
    expect(await numbers.ended(rollout.revision)).toMatchObject({ state: "aborted" });
  });
});
