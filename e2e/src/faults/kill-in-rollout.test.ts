/** Kill -9 at a random moment of a rollout: it converges, the last good version serves throughout, nothing is lost or left. */
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { replicaSchema } from "@slipway/contracts/api/deployment";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send } from "#src/api.ts";
import { DOUBLED, TestedEndpoint } from "#src/load/endpoint.ts";
import { quantile, recordFigures, requestsPerSecond, rounds, roundsMsMax } from "#src/load/long-form.ts";
import { describeFailures, failures, type Outcome } from "#src/load/outcome.ts";
import { killHard, processesOf, workersOf } from "#src/processes.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const REQUESTS_PER_SECOND = requestsPerSecond(40);
const ROUNDS = rounds(4);
/** About as long as bringing up a worker takes, so that a kill falls before, into or after each step. */
const KILL_AFTER_MS_MAX = 6_000;
const VICTIMS = ["control plane", "data plane", "old worker", "newest worker"] as const;
type Victim = (typeof VICTIMS)[number];
let product: Product;
let endpoint: TestedEndpoint;

beforeAll(async () => {
  product = await startProduct();
  endpoint = await TestedEndpoint.deploy(product, {
    name: "survivor",
    modelUri: "models:/steady/1",
    warmSeconds: 5,
  });
});
afterAll(() => product?.[Symbol.asyncDispose]());

function pidOf(victim: Victim, workersBefore: number[]): number | undefined {
  switch (victim) {
    case "control plane":
      return product.controlPlane.pid;
    case "data plane":
      return product.dataPlane.pid;
    case "old worker":
      return workersOf(product).find((pid) => workersBefore.includes(pid));
    case "newest worker":
      return workersOf(product).at(-1);
  }
}

/** Resolves when the endpoint's port takes connections of another process than the one that was killed. */
async function portAccepts(killed: number | undefined): Promise<number> {
  const { port, hostname } = new URL(endpoint.url);
  const { dataPlane } = product;
  while (dataPlane.pid === killed || dataPlane.pid === undefined) await delay(10);
  for (;;) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (accepted) return Date.now();
    await delay(10);
  }
}

async function controlPlaneAnswers(): Promise<void> {
  const ready = () =>
    send("GET", `${product.origin}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 60_000 }).toBe(200);
}

interface Round {
  victim: Victim;
  killedAtMs: number;
  /** When the endpoint's port took connections again. */
  backAtMs: number;
  convergedAtMs: number;
  state: string;
  outcomes: Outcome[];
}

/** A rollout with new workers, and a kill in it. */
async function killOnce(number: number): Promise<Round> {
  const victim = VICTIMS[number % VICTIMS.length] as Victim;
  const before = workersOf(product);
  using load = await endpoint.load(REQUESTS_PER_SECOND, DOUBLED);
  await delay(500);
  const { revision } = await endpoint.update({
    modelUri: `models:/steady/${1 + (number % 3)}`,
    variables: [{ name: "ROUND", value: String(number) }],
  });
  const afterMs = Math.round(Math.random() * KILL_AFTER_MS_MAX);
  await delay(afterMs);
  const pid = pidOf(victim, before);
  const killedAtMs = Date.now();
  killHard(pid);
  const backAtMs = victim === "data plane" ? await portAccepts(pid) : killedAtMs;
  if (victim === "control plane") await controlPlaneAnswers();
  const { state } = await endpoint.ended(revision);
  const deployment = await product.api.until(GROUP, endpoint.id, "Deployed", "Failed");
  const told = `round ${number}: ${victim}, ${afterMs} ms after the update of revision ${revision}, which ${state}`;
  expect(deployment, told).toMatchObject({
    status: "Deployed",
    // A worker that is killed while it loads is a revision that cannot be loaded: what served goes on.
    servingRevision: state === "succeeded" ? revision : expect.any(Number),
    latestRevision: revision,
  });
  await expect.poll(() => unaccounted(), { timeout: 60_000, message: told }).toEqual([]);
  const convergedAtMs = Date.now();
  await delay(500);
  return { victim, killedAtMs, backAtMs, convergedAtMs, state, outcomes: await load.stop() };
}

/** Workers beyond those that the API tells of; both ways. */
async function unaccounted(): Promise<string[]> {
  const replicas = await product.api.items(`${endpoint.path}/replicas`, replicaSchema);
  const living = replicas.filter(({ state }) => state !== "dead").map(({ id, state }) => `${id} ${state}`);
  const workers = workersOf(product);
  const steady = living.every((replica) => replica.endsWith(" ready"));
  return steady && workers.length === living.length && workers.length > 0
    ? []
    : [...living, ...workers.map(String)];
}

/** What may fail: what a killed process had in its hands, and what is sent while the endpoint's port is gone. */
function unexcused({ victim, killedAtMs, backAtMs, outcomes }: Round): Outcome[] {
  const failed = failures(outcomes);
  const inHand = failed.filter(
    ({ sentAtMs, dueAtMs, latencyMs }) => sentAtMs <= killedAtMs && dueAtMs + latencyMs >= killedAtMs - 1,
  );
  const rest = failed.filter((outcome) => !inHand.includes(outcome));
  switch (victim) {
    case "control plane":
      return failed;
    case "data plane":
      return rest.filter(({ sentAtMs }) => sentAtMs > backAtMs || sentAtMs < killedAtMs);
    case "old worker":
    case "newest worker": {
      // A process that is killed takes requests until its sockets are closed; then all that it held is told at once.
      const noticedAtMs = Math.min(...failed.map(({ dueAtMs, latencyMs }) => dueAtMs + latencyMs));
      return failed.filter(({ sentAtMs, revision }) => sentAtMs > noticedAtMs || revision === null);
    }
  }
}

/** When what happened, in ms since the kill. */
function describeRound({ victim, killedAtMs, backAtMs }: Round, failed: Outcome[]): string {
  const sent = failed.map(({ sentAtMs }) => Math.round(sentAtMs - killedAtMs));
  const took = failed.map(({ latencyMs }) => Math.round(latencyMs));
  return `${victim}; port back after ${backAtMs - killedAtMs}; failed ones sent after ${Math.min(...sent)} to ${Math.max(...sent)}, told after another ${Math.min(...took)} to ${Math.max(...took)}`;
}

test(
  `kill -9 of a plane or a worker at a random moment of a rollout, ${ROUNDS} times: it converges, and the last good version serves throughout`,
  async () => {
    const played: Round[] = [];
    for (let number = 0; number < ROUNDS; number++) {
      const round = await killOnce(number);
      const failed = unexcused(round);
      expect(describeFailures(failed), `round ${number}: ${describeRound(round, failed)}`).toEqual([]);
      expect(await endpoint.revisions(), `round ${number}`).toEqual(
        Array.from({ length: number + 2 }, (_, index) => index + 1),
      );
      played.push(round);
    }
    for (const victim of VICTIMS) {
      const own = played.filter((round) => round.victim === victim);
      if (own.length === 0) continue;
      const failed = own.map(({ outcomes }) => failures(outcomes).length);
      const converged = own.map(({ convergedAtMs, killedAtMs }) => convergedAtMs - killedAtMs);
      const away = own.map(({ backAtMs, killedAtMs }) => backAtMs - killedAtMs);
      recordFigures({
        victim,
        kills: own.length,
        "requests sent": own.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
        "requests failed": failed.reduce((sum, count) => sum + count, 0),
        "port away, p50 ms": quantile(away, 0.5),
        "converged after, p50 ms": quantile(converged, 0.5),
        "converged after, p95 ms": quantile(converged, 0.95),
        "rollouts succeeded": own.filter(({ state }) => state === "succeeded").length,
      });
    }
  },
  roundsMsMax(ROUNDS),
);

test("nothing is left when the product ends", async () => {
  const { home } = product.settings;
  await product[Symbol.asyncDispose]();
  expect(processesOf(home)).toEqual([]);
});
