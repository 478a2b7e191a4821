/** An endpoint answers as `mlflow models serve` does, whatever it is sent, alone and among others. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHome } from "@slipway/cli/config/home";
import { runCommand } from "@slipway/cli/setup/run-command";
import { Supervisor } from "@slipway/cli/supervisor/supervisor";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { GROUP, type Product, startProduct } from "#src/product.ts";
import { type Answer, ask, difference } from "./answers.ts";
import { DIFFERENCES } from "./differences.ts";
import { serveWithMlflow } from "./mlflow-serve.ts";
import { MODELS, type Model, type Payload, payloadsOf } from "./payloads.ts";

const BURST_CALLERS = 48;
const FIRST_PORT = 12_000;
const stack = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), "slipway-parity-"));
const mlflow = new Map<Model, string>();
let product: Product;
/** `model: payload` of the listed differences that were met. */
const found = new Set<string>();

beforeAll(async () => {
  stack.defer(() => rmSync(folder, { recursive: true }));
  const script = new URL("./models/register.py", import.meta.url).pathname;
  product = stack.use(await startProduct());
  await runCommand([inject("python"), script, inject("mlflowUri"), folder], {
    purpose: "Registering the models",
  });
  const supervisor = stack.use(new Supervisor({ ...makeHome(join(folder, "home")), warn: () => undefined }));
  const deployed = Promise.all(MODELS.map(deploy));
  for (const [index, name] of MODELS.entries()) {
    const firstPort = FIRST_PORT + (process.pid % 1_000) * 10 + index;
    mlflow.set(name, await serveWithMlflow(supervisor, { name, folder: join(folder, name), firstPort }));
  }
  await deployed;
}, 600_000);
afterAll(() => stack.disposeAsync());

async function deploy(name: Model): Promise<void> {
  const { id } = await product.api.deploy(GROUP, {
    name: `Parity ${name}`,
    id: `parity-${name}`,
    modelUri: `models:/parity-${name}/1`,
    access: "public",
    batching: { mode: "on" },
  });
  await product.api.until(GROUP, id, "Deployed");
}

/** Differences between what MLflow and what Slipway answered, without those that are meant; all are noted. */
function unlisted(model: Model, payloads: Payload[], expected: Answer[], given: Answer[]): string[] {
  return payloads.flatMap((payload, index) => {
    const [theirs, ours] = [expected[index], given[index]];
    if (theirs === undefined || ours === undefined) throw new Error(`${payload.name} was not answered`);
    const what = difference(theirs, ours);
    if (what === undefined) return [];
    const known = DIFFERENCES.some(
      (each) => each.model === model && each.what === what && each.payloads.includes(payload.name),
    );
    if (known) found.add(`${model}: ${payload.name}`);
    return known ? [] : [`${payload.name}: ${what}\n  ${theirs.text}\n  ${ours.text}`];
  });
}

test.for(MODELS)("%s", async (model) => {
  const payloads = payloadsOf(model);
  const path = `/deployment/parity-${model}/invocations`;
  await using pools = new AsyncDisposableStack();
  const open = (origin: string) => {
    const pool = new Pool(origin, { connections: BURST_CALLERS, pipelining: 1 });
    pools.defer(() => pool.close());
    return pool;
  };
  const [theirs, ours] = [open(mlflow.get(model) ?? ""), open(product.endpointOrigin)];
  const [expected, alone]: [Answer[], Answer[]] = [[], []];
  for (const payload of payloads) {
    expected.push(await ask(theirs, "/invocations", payload));
    alone.push(await ask(ours, path, payload));
  }
  expect(unlisted(model, payloads, expected, alone)).toEqual([]);
  // Each wrong one between two right ones, so that they meet in one call of the model.
  const [valid] = payloads;
  if (valid === undefined) throw new Error(`${model} has no payloads`);
  const burst = payloads.flatMap((payload) => [valid, payload]);
  const together = await Promise.all(burst.map((payload) => ask(ours, path, payload)));
  const right = burst
    .map((_, index) => expected[index % 2 === 0 ? 0 : (index - 1) / 2])
    .filter((each) => each !== undefined);
  expect(unlisted(model, burst, right, together)).toEqual([]);
});

test.for(["iris", "mixed", "params", "tensor"] as const)(
  "requests to %s are predicted together",
  async (model) => {
    const { serving } = await product.api.deployment(GROUP, `parity-${model}`);
    expect(serving?.batching).toMatchObject({ state: "on" });
  },
);

test("every difference that is listed is still there", () => {
  const listed = DIFFERENCES.flatMap(({ model, payloads }) => payloads.map((name) => `${model}: ${name}`));
  expect(listed.filter((each) => !found.has(each))).toEqual([]);
});
