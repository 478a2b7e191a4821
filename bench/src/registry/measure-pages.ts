/** How long the server takes for pages of the versions tables, whatever they are sorted and filtered by. */
import { setTimeout as delay } from "node:timers/promises";
import { modelVersionListSchema } from "@slipway/contracts/api/model";
import { quantile } from "#report/figures.ts";
import type { Product } from "#slipway/product.ts";
import type { PagesResult } from "./results.ts";
import type { SeededMlflow } from "./seeded-mlflow.ts";

/** The ten columns of the issue, and of `client_way.py`. */
export const COLUMNS = [
  ...["params.C", "params.solver", "params.max_depth", "params.learning_rate"],
  ...["metrics.accuracy", "metrics.loss", "metrics.f1", "metrics.auc", "metrics.rmse", "tags.stage"],
].join(",");
const ORDERS = [
  ...[
    "metrics.accuracy",
    "metrics.loss",
    "metrics.drift",
    "metrics.train_seconds",
    "params.C",
    "params.solver",
  ],
  ...["params.n_estimators", "params.kernel", "tags.stage", "version", "registeredAt", "aliases", "status"],
];
const FILTERS: ((share: string) => string)[] = [
  () => "",
  () => "",
  (share) => `metrics.accuracy > ${share}`,
  (share) => `metrics.accuracy > ${share} and params.solver = 'lbfgs' and tags.stage = 'ok'`,
  (share) => `params.kernel like '%a%' or metrics.loss < ${share}`,
  (share) => `not tags.stage in ('old', 'broken') and metrics.f1 >= ${share}`,
  (share) => `params.C > ${share} and (params.scaler != 'saga' or metrics.ks is null)`,
  () => "aliases is not null",
];
const PAGE_SIZE = 100;
const REST_MS = 10_000;

interface Table {
  title: string;
  /** The path of the list below the group's; random models by their number. */
  path: (random: () => number) => string;
  versions: number;
}

/** Asks for pages one after another, always the same ones. */
export async function measurePages(
  product: Product,
  mlflow: SeededMlflow,
  { tables, pages, signal }: { tables: Table[]; pages: number; signal: AbortSignal },
): Promise<PagesResult[]> {
  const restPerMs = await backgroundRate(mlflow, signal);
  const results: PagesResult[] = [];
  for (const table of tables) {
    const random = createRandom();
    const times: { ms: number; query: string }[] = [];
    const [beganMs, requests] = [performance.now(), mlflow.requests()];
    for (let page = 0; page < pages; page++) {
      signal.throwIfAborted();
      const query = aQuery(table, random);
      const { ms } = await product.api.read(modelVersionListSchema, table.path(random), query);
      times.push({ ms, query: `${query.orderBy}; ${query.filter || "all"}` });
    }
    const own = mlflow.requests() - requests - restPerMs * (performance.now() - beganMs);
    const sorted = times.toSorted((a, b) => a.ms - b.ms);
    const ascending = sorted.map(({ ms }) => ms);
    results.push({
      ...{ table: table.title, versions: table.versions, pages },
      p50Ms: quantile(ascending, 0.5),
      p95Ms: quantile(ascending, 0.95),
      slowest: sorted.at(-1)?.query ?? "",
      requestsPerPage: Math.max(0, own / pages),
    });
  }
  return results;
}

/** How many requests the background makes while nobody looks. */
async function backgroundRate(mlflow: SeededMlflow, signal: AbortSignal): Promise<number> {
  const [beganMs, requests] = [performance.now(), mlflow.requests()];
  await delay(REST_MS, undefined, { signal });
  return (mlflow.requests() - requests) / (performance.now() - beganMs);
}

function aQuery({ versions }: Table, random: () => number): Record<string, string> {
  const one = <Item>(items: Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const filter = one(FILTERS)(random().toFixed(3));
  const query = { columns: COLUMNS, pageSize: `${PAGE_SIZE}`, filter };
  const orderBy = `${one(ORDERS)} ${one(["asc", "desc"])}`;
  // A third of the pages lie somewhere behind the first.
  if (random() < 2 / 3 || versions <= PAGE_SIZE) return { ...query, orderBy };
  const offset = Math.floor(random() * (versions - PAGE_SIZE));
  return { ...query, orderBy, pageToken: Buffer.from(`at:${offset}`).toString("base64url") };
}

/** The same sequence each time (a linear congruential generator). */
function createRandom(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
