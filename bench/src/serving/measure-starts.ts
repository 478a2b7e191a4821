/** How long it takes until a model answers for the first time: a server of each side, and of Slipway what a user waits for. */
import { setTimeout as delay } from "node:timers/promises";
import { answersRightly } from "./ask.ts";
import { type Bench, preparedModel, sideOf } from "./bench.ts";
import type { SideName } from "./cells.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { DeployedModel } from "./slipway/deployed-model.ts";
import type { SlipwayStart } from "./slipway-starts.ts";

const MODEL = "logistic";
const TRIES = 3;
const SETTLE_MS_MAX = 60_000;
const IDLE_CORES = 0.05;
/** The shortest that may be asked for. */
const IDLE_SECONDS = 10;
const IDLED_MS_MAX = 60_000;

/** Measures what is not measured yet. */
export async function measureStarts(bench: Bench): Promise<void> {
  const { terminal, options } = bench;
  const model = preparedModel(bench, MODEL);
  terminal.line("\nCold starts");
  for (const name of options.sides) {
    if (name !== "slipway") await terminal.step(`  ${name}`, () => startServers(bench, name, model));
  }
  await attempts(bench, "deployment", (number) => deployTwice(bench, model, number));
  await attempts(bench, "wake", (number) => wake(bench, model, number));
  await attempts(bench, "product", (number) => startProduct(bench, model, number));
}

async function startServers(bench: Bench, name: SideName, model: PreparedModel): Promise<void> {
  const { measured, signal } = bench;
  const done = measured.of("start").filter((fact) => fact.side === name && fact.model === MODEL).length;
  for (let number = done; number < TRIES; number += 1) {
    await using side = await sideOf(bench, name).start(model, signal);
    measured.add({ kind: "start", side: name, model: MODEL, try: number, seconds: side.startSeconds });
  }
}

/** What fails is shown, and missing in the report; the run goes on. */
async function attempts(
  { measured, terminal, signal }: Bench,
  what: SlipwayStart,
  work: (number: number) => Promise<void>,
): Promise<void> {
  const done = measured.of("slipway-start").filter((fact) => fact.what === what).length;
  try {
    for (let number = done; number < TRIES; number += 1) {
      await terminal.step(`  Slipway: ${what} ${number + 1}`, () => work(number));
    }
  } catch (error) {
    signal.throwIfAborted();
    terminal.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One deployment makes sure that environment and model are there; the one after it is timed, and then scaled to two. */
async function deployTwice(bench: Bench, model: PreparedModel, number: number): Promise<void> {
  const { product } = bench;
  await using first = await DeployedModel.request(product, model, { name: "first of two" });
  await first.untilRight(model);
  await product.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  const startedMs = performance.now();
  await using second = await DeployedModel.request(product, model, { name: "second of two" });
  await second.untilRight(model);
  keep(bench, "deployment", number, performance.now() - startedMs);
  const { steps } = await product.api.until(second.id, ({ status }) => status === "Deployed", SETTLE_MS_MAX);
  const tookMs = steps
    .filter(({ name }) => name === "load" || name === "smoke test")
    .reduce((sum, { durationMs }) => sum + (durationMs ?? Number.NaN), 0);
  if (Number.isFinite(tookMs)) keep(bench, "load", number, tookMs);
  await product.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  const askedMs = performance.now();
  await product.api.update(second.id, { minReplicas: 2, maxReplicas: 2 });
  await second.untilDeployed(2);
  keep(bench, "replica", number, performance.now() - askedMs);
}

async function wake(bench: Bench, model: PreparedModel, number: number): Promise<void> {
  const { product } = bench;
  const spec = { name: "sleeps", minReplicas: 0, maxReplicas: 1, idleSeconds: IDLE_SECONDS };
  await using deployed = await DeployedModel.request(product, model, spec);
  await deployed.untilRight(model);
  await product.api.until(deployed.id, ({ availableReplicas }) => availableReplicas === 0, IDLED_MS_MAX);
  // What ends a replica shall be over, too.
  await delay(1_000, undefined, { signal: bench.signal });
  const startedMs = performance.now();
  if (!(await answersRightly(deployed.endpoint("json"), model))) throw new Error("it did not wake up");
  keep(bench, "wake", number, performance.now() - startedMs);
}

async function startProduct(bench: Bench, model: PreparedModel, number: number): Promise<void> {
  const { product } = bench;
  await using deployed = await DeployedModel.request(product, model, { name: "stays" });
  await deployed.untilRight(model);
  await product.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  await product.stop();
  const startedMs = performance.now();
  product.startAgain();
  await product.until(() => answersRightly(deployed.endpoint("json"), model));
  keep(bench, "product", number, performance.now() - startedMs);
  await product.untilReady();
}

function keep({ measured }: Bench, what: SlipwayStart, number: number, tookMs: number): void {
  measured.add({ kind: "slipway-start", what, try: number, seconds: tookMs / 1000 });
}
