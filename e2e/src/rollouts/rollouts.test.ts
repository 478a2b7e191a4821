/** Rollouts and rollbacks in a row under an open-loop load: no request fails, none is answered by the wrong revision. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AcceptedChange, DOUBLED, TestedEndpoint } from "#src/load/endpoint.ts";
import { quantile, recordFigures, requestsPerSecond, rounds, roundsMsMax } from "#src/load/long-form.ts";
import { describeFailures, expectedReceipt, failures, latencyMs, type Outcome } from "#src/load/outcome.ts";
import { workersOf } from "#src/processes.ts";
import { type Product, startProduct } from "#src/product.ts";

const REQUESTS_PER_SECOND = requestsPerSecond(100);
const ROUNDS = rounds(6);
let product: Product;
let endpoint: TestedEndpoint;

beforeAll(async () => {
  product = await startProduct();
  endpoint = await TestedEndpoint.deploy(product, { name: "moving", modelUri: "models:/steady/1" });
});
afterAll(() => product?.[Symbol.asyncDispose]());

interface Round extends AcceptedChange {
  kind: "cold" | "warm";
  rolloutId: string;
  succeededAtMs: number;
}

/** Every third change brings up workers of its own; those between go back and forth to what is still warm. */
async function change(number: number): Promise<Round> {
  const kind = number % 3 === 0 ? "cold" : "warm";
  const before = workersOf(product);
  const serving = (await endpoint.revisions()).at(-1) ?? 1;
  const change =
    kind === "warm"
      ? await endpoint.rollBack(serving - 1)
      : await endpoint.update({
          modelUri: `models:/steady/${1 + ((number + 1) % 2)}`,
          variables: [{ name: "ROUND", value: String(number) }],
        });
  const { id, state, message } = await endpoint.ended(change.revision);
  const succeededAtMs = Date.now();
  expect({ state, message }, `round ${number}`).toEqual({ state: "succeeded", message: null });
  const started = workersOf(product).filter((pid) => !before.includes(pid));
  expect(started.length, `workers started in round ${number}`).toBe(kind === "warm" ? 0 : 1);
  return { ...change, kind, rolloutId: id, succeededAtMs };
}

/** Answers that came from another revision although they were asked for after the API had said that this one is live. */
function strays(outcomes: Outcome[], changes: Round[]): Outcome[] {
  return outcomes.filter(({ sentAtMs, revision }) => {
    const live = changes.findLast(({ succeededAtMs }) => succeededAtMs < sentAtMs);
    return live !== undefined && revision !== null && revision < live.revision;
  });
}

/** From the request to roll back until the last answer that still came from the revision before. */
function switchMs({ askedAtMs, revision }: Round, outcomes: Outcome[]): number {
  const before = outcomes.filter((outcome) => outcome.revision === revision - 1);
  return Math.max(0, Math.max(...before.map(({ sentAtMs }) => sentAtMs)) - askedAtMs);
}

test(
  `${ROUNDS} rollouts and rollbacks in a row: none of the requests fails or is answered by a revision without a weight, and the receipts are exact`,
  async () => {
    using load = await endpoint.load(REQUESTS_PER_SECOND, DOUBLED);
    const changes: Round[] = [];
    for (let number = 0; number < ROUNDS; number++) changes.push(await change(number));
    const outcomes = await load.stop();

    const took = (kind: Round["kind"]) =>
      changes.filter((round) => round.kind === kind).map((round) => round.succeededAtMs - round.askedAtMs);
    const switched = changes.filter(({ kind }) => kind === "warm").map((round) => switchMs(round, outcomes));
    recordFigures({
      "rollouts and rollbacks": ROUNDS,
      "requests per second": REQUESTS_PER_SECOND,
      "requests sent": outcomes.length,
      "requests failed": failures(outcomes).length,
      "answers from a revision without weight": strays(outcomes, changes).length,
      "latency of the requests, p50 ms": Math.round(latencyMs(outcomes, 0.5)),
      "latency of the requests, p99 ms": Math.round(latencyMs(outcomes, 0.99)),
      "rollback until the last answer from before, p50 ms": Math.round(quantile(switched, 0.5)),
      "rollback until the last answer from before, p95 ms": Math.round(quantile(switched, 0.95)),
      "rollback until recorded as succeeded, p50 ms": quantile(took("warm"), 0.5),
      "rollback until recorded as succeeded, p95 ms": quantile(took("warm"), 0.95),
      "rollouts per minute, warm": Math.round(60_000 / quantile(took("warm"), 0.5)),
      "rollout with new workers, p50 ms": quantile(took("cold"), 0.5),
      "rollouts per minute, cold": Number((60_000 / quantile(took("cold"), 0.5)).toFixed(1)),
    });

    expect(describeFailures(outcomes)).toEqual([]);
    expect(strays(outcomes, changes)).toEqual([]);
    expect(outcomes.some(({ rollout }) => rollout !== null)).toBe(true);
    for (const { rolloutId } of changes) {
      const expected = expectedReceipt(outcomes, rolloutId);
      await expect.poll(() => endpoint.receipt(rolloutId), { timeout: 20_000 }).toEqual(expected);
    }
    expect(await endpoint.revisions()).toEqual(Array.from({ length: ROUNDS + 1 }, (_, index) => index + 1));
  },
  roundsMsMax(ROUNDS),
);
