/** What the callers of one endpoint notice of another that has all the requests it can take. */

import { sendSteadily } from "#load/steady-load.ts";
import { sendLoad } from "#load/wrk.ts";
import { quantile } from "#report/figures.ts";
import { type Bench, preparedModel } from "./bench.ts";
import type { ModelName } from "./cells.ts";
import { NEIGHBOURS, type Neighbour } from "./neighbours.ts";
import { DeployedModel } from "./slipway/deployed-model.ts";

const QUIET_MODEL = "logistic";
const RATE_PER_SECOND = 50;
const SECONDS = 10;
const SETTLE_MS_MAX = 60_000;
const IDLE_CORES = 0.05;
/** The neighbour is saturated before the first and until after the last request that is measured. */
const LEAD_SECONDS = 1;

/** Measures the rounds that are not measured yet, alone and beside each neighbour in turn. */
export async function measureIsolation(bench: Bench): Promise<void> {
  const { measured, terminal, options } = bench;
  const rounds = Array.from({ length: options.rounds }, (_, round) => round);
  const open = rounds.filter((round) =>
    ["nothing", ...NEIGHBOURS.map(({ model }) => model)].some(
      (neighbour) =>
        !measured.of("isolation").some((fact) => fact.neighbour === neighbour && fact.round === round),
    ),
  );
  if (open.length === 0) return;
  terminal.line("\nIsolation");
  const { product } = bench;
  await using quiet = await DeployedModel.request(product, preparedModel(bench, QUIET_MODEL), {
    name: "quiet",
  });
  await quiet.untilRight(preparedModel(bench, QUIET_MODEL));
  await using stack = new AsyncDisposableStack();
  const loud = new Map<ModelName, DeployedModel>();
  for (const { model: name } of NEIGHBOURS) {
    const model = preparedModel(bench, name);
    const deployed = stack.use(await DeployedModel.request(product, model));
    await deployed.untilRight(model);
    loud.set(name, deployed);
  }
  for (const round of open) {
    await terminal.step(`  round ${round + 1}: alone`, () => measureBeside(bench, quiet, undefined, round));
    for (const neighbour of NEIGHBOURS) {
      const endpoint = loud.get(neighbour.model);
      if (endpoint === undefined) throw new Error(`${neighbour.model} is not deployed`);
      await terminal.step(`  round ${round + 1}: beside ${neighbour.model}`, () =>
        measureBeside(bench, quiet, { ...neighbour, endpoint }, round),
      );
    }
  }
}

async function measureBeside(
  bench: Bench,
  quiet: DeployedModel,
  neighbour: (Neighbour & { endpoint: DeployedModel }) | undefined,
  round: number,
): Promise<void> {
  const { measured, signal, product } = bench;
  const name = neighbour?.model ?? "nothing";
  if (measured.of("isolation").some((fact) => fact.neighbour === name && fact.round === round)) return;
  await product.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  const saturation = neighbour === undefined ? undefined : saturate(bench, neighbour);
  // A failure of it is seen when it is awaited, after the steady load.
  saturation?.catch(() => undefined);
  const { url, headers, protocol } = quiet.endpoint("json");
  const bodies = preparedModel(bench, QUIET_MODEL)
    .bodies(1, protocol)
    .map(({ content }) => content);
  if (saturation !== undefined) await new Promise((resolve) => setTimeout(resolve, LEAD_SECONDS * 1000));
  const { sent, failed, latenciesMs } = await sendSteadily(
    { url, headers, bodies, ratePerSecond: RATE_PER_SECOND, seconds: SECONDS },
    signal,
  );
  const load = await saturation;
  measured.add({
    kind: "isolation",
    neighbour: name,
    round,
    sent,
    failed,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    neighbourPerSecond: load === undefined ? 0 : load.served / load.seconds,
  });
}

function saturate(bench: Bench, { model, rows, callers, endpoint }: Neighbour & { endpoint: DeployedModel }) {
  const { url, headers, protocol } = endpoint.endpoint("json");
  const prepared = preparedModel(bench, model);
  const bodies = {
    folder: prepared.bodiesFolder(rows, protocol),
    count: prepared.answers(rows).length,
    framed: false,
  };
  return sendLoad({ url, headers, bodies, callers, seconds: SECONDS + 2 * LEAD_SECONDS }, bench.signal);
}
