/** Following an alias, over the product and a real MLflow whose alias is moved. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Change,
  changeSchema,
  deploymentEventSchema,
  revisionSchema,
} from "@slipway/contracts/api/deployment";
import { modelVersionListSchema } from "@slipway/contracts/api/model";
import type { AliasPolicy } from "@slipway/contracts/api/strategy";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { recordFigures, rounds, roundsMsMax } from "#src/load/long-form.ts";
import { type OtherMlflow, startOtherMlflow } from "#src/other-mlflow/server.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";
import { fillRegistry, MODEL, type Registry } from "./registry.ts";

/** How long the alias goes to and fro, about three times a second. */
const FLAP_SECONDS = rounds(10);

const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROW = { dataframe_split: { columns: COLUMNS, data: [[5.1, 3.5, 1.4, 0.2]] } };
const QUICK = { SLIPWAY_ALIAS_POLL_SECONDS: "0.5", SLIPWAY_ALIAS_QUIET_SECONDS: "1" };
/** Three deployments start at once, and their environment is built first. */
const FIRST_START_MS_MAX = 400_000;
/** One for each story. */
const ALIASES = ["a", "b", "c", "d", "f"];
let server: OtherMlflow;
let product: Product;
let registry: Registry;

beforeAll(async () => {
  server = await startOtherMlflow({
    python: inject("python"),
    environment: {
      MLFLOW_WEBHOOK_ALLOWED_SCHEMES: "http,https",
      MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: "true",
      MLFLOW_WEBHOOK_CACHE_TTL: "1",
      MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64url").padEnd(44, "="),
    },
  });
  product = await startProduct({ mlflowUri: server.uri, environment: QUICK });
  registry = await fillRegistry(server.uri);
  await registry.addVersion();
  // One after another: MLflow refuses one of two that set a new alias at the same time.
  for (const alias of ALIASES) await registry.moveAlias(alias, "1");
});
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Deploys what an alias of its own means, version 1, and waits until it serves. */
async function follow(alias: string, aliasPolicy: AliasPolicy, id = `${alias}-${aliasPolicy}`) {
  await product.api.deploy(GROUP, {
    name: id,
    id,
    modelUri: `models:/${MODEL}@${alias}`,
    access: "public",
    aliasPolicy,
  });
  const deployment = await product.api.until(GROUP, id, "Deployed", "Failed");
  expect(deployment).toMatchObject({ status: "Deployed", resolvedVersion: "1" });
  return deployment;
}

const eventsOf = (id: string) =>
  product.api.items(`/groups/${GROUP}/deployments/${id}/events`, deploymentEventSchema);
const revisionsOf = (id: string) =>
  product.api.items(`/groups/${GROUP}/deployments/${id}/revisions`, revisionSchema);
const remove = (id: string) => product.api.delete(`/groups/${GROUP}/deployments/${id}`);

test("Deployed By shows a deployment at its version, however its URI is spelled", async () => {
  const { source, run } = await registry.origin();
  await registry.moveAlias("spelled", "2");
  const uris = [
    `models:/${MODEL}/002`,
    `models:/${encodeURIComponent(MODEL)}/2`,
    `models:/${MODEL}@spelled`,
    `models:/${MODEL}/Latest`,
    `models:/${MODEL}/none`,
    source,
    `runs:/${run}/model`,
  ];
  const ids = uris.map((_, at) => `spelled-${at}`);
  for (const [at, modelUri] of uris.entries()) {
    const id = `spelled-${at}`;
    const made = await product.api.deploy(GROUP, { name: id, id, modelUri, access: "public" });
    expect(made).toMatchObject({ requestedModelUri: modelUri, modelUri: `models:/${MODEL}/2` });
  }
  const path = `/groups/${GROUP}/models/${encodeURIComponent(MODEL)}/versions`;
  const deployedBy = async () => {
    const { items } = modelVersionListSchema.parse(await product.api.get(path));
    return Object.fromEntries(
      items.map((item) => [item.version, item.deployedBy.map(({ id }) => id).sort()]),
    );
  };
  expect(await deployedBy()).toEqual({ 1: [], 2: ids });
  // The same MLflow under another spelling of its address.
  const trackingUri = server.uri.replace("127.0.0.1", "localhost");
  await product.api.put(`/groups/${GROUP}/mlflow`, { trackingUri });
  expect(await deployedBy()).toEqual({ 1: [], 2: ids });
  await product.api.put(`/groups/${GROUP}/mlflow`, { trackingUri: server.uri });
  await Promise.all(ids.map(remove));
});

test(
  "each policy does what it says: pin shows it, notify tells it, roll-out rolls it out",
  async () => {
    await Promise.all([follow("a", "pin"), follow("a", "notify"), follow("a", "roll-out")]);
    await registry.moveAlias("a", "2");
    const rolledOut = await product.api.untilTrue(
      GROUP,
      "a-roll-out",
      ({ resolvedVersion }) => resolvedVersion === "2",
    );
    expect(rolledOut).toMatchObject({
      alias: { name: "a", version: "2", moved: false },
      updatedBy: "slipway",
    });
    expect((await revisionsOf("a-roll-out"))[0]).toMatchObject({
      number: 2,
      author: "slipway",
      updateMessage: "@a moved from version 1 to 2",
      requestedModelUri: `models:/${MODEL}@a`,
    });
    for (const id of ["a-pin", "a-notify"]) {
      const behind = await product.api.untilTrue(GROUP, id, ({ alias }) => alias?.moved === true);
      expect(behind).toMatchObject({
        resolvedVersion: "1",
        latestRevision: 1,
        alias: { name: "a", version: "2" },
      });
    }
    const told = async (id: string) =>
      (await eventsOf(id)).filter(({ kind }) => kind === "alias.moved").map(({ message }) => message);
    expect(await told("a-pin")).toEqual([]);
    expect(await told("a-notify")).toEqual(["@a moved from version 1 to version 2."]);
    expect(await told("a-roll-out")).toEqual(["@a moved from version 1 to version 2."]);
    await Promise.all(["a-pin", "a-notify", "a-roll-out"].map(remove));
  },
  FIRST_START_MS_MAX,
);

test(
  "an alias that moves, and then flaps, under load loses no request, and the last version wins",
  async () => {
    const { endpoint, id } = await follow("b", "roll-out");
    const ended = new AbortController();
    const statuses: number[] = [];
    const load = (async () => {
      while (!ended.signal.aborted) {
        statuses.push((await invoke(endpoint, ROW, null)).status);
        await sleep(150);
      }
    })();
    await registry.moveAlias("b", "2");
    await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "2");
    const flapsUntil = Date.now() + FLAP_SECONDS * 1_000;
    let moves = 1;
    for (; Date.now() < flapsUntil; moves++) {
      await registry.moveAlias("b", moves % 2 === 0 ? "2" : "1");
      await sleep(300);
    }
    await registry.moveAlias("b", "1");
    const last = await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "1");
    ended.abort();
    await load;
    expect(statuses.length).toBeGreaterThan(30);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(last.alias).toMatchObject({ version: "1", moved: false });
    // Three moves a second: two revisions before the flapping, the last one, and few in between.
    expect(last.latestRevision).toBeLessThanOrEqual(4 + Math.ceil(FLAP_SECONDS / 6));
    recordFigures({
      "moves of the alias": moves,
      "revisions made": last.latestRevision,
      "requests answered": statuses.length,
    });
    await remove(id);
  },
  roundsMsMax(FLAP_SECONDS),
);

test("a version that fails is tried once, and what served serves on until the alias moves again", async () => {
  const { endpoint, id } = await follow("c", "roll-out");
  const broken = await registry.addBrokenVersion();
  await registry.moveAlias("c", broken);
  const failed = await product.api.untilTrue(GROUP, id, ({ rollout }) => rollout?.state === "failed");
  expect(failed).toMatchObject({
    latestRevision: 2,
    resolvedVersion: "1",
    alias: { version: broken, moved: true },
  });
  await sleep(4_000);
  expect(await product.api.deployment(GROUP, id)).toMatchObject({ latestRevision: 2, status: "Deployed" });
  expect((await invoke(endpoint, ROW, null)).status).toBe(200);
  await registry.moveAlias("c", "2");
  await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "2");
  await remove(id);
});

test("a person who rolls back is not overruled, and a stopped deployment is not started", async () => {
  const { id } = await follow("d", "roll-out");
  await registry.moveAlias("d", "2");
  await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "2");
  const path = `/groups/${GROUP}/deployments/${id}`;
  await product.api.post(`${path}/rollback`, { revision: 1 });
  await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "1");
  await sleep(4_000);
  expect(await product.api.deployment(GROUP, id)).toMatchObject({
    latestRevision: 3,
    resolvedVersion: "1",
    alias: { policy: "notify", version: "2", moved: true },
  });
  await product.api.post(`${path}/stop`);
  await product.api.until(GROUP, id, "Stopped");
  await registry.moveAlias("d", "1");
  await product.api.untilTrue(GROUP, id, ({ alias }) => alias?.version === "1");
  expect(await product.api.deployment(GROUP, id)).toMatchObject({ status: "Stopped", latestRevision: 3 });
  await remove(id);
});

/** The first change of a kind that the product pushes from now on. */
async function firstChange({ api, origin }: Product, kind: Change["kind"]): Promise<Change> {
  const stream = await fetch(`${origin}/api/v1/events`, {
    headers: { authorization: `Bearer ${api.token}` },
  });
  if (stream.body === null) throw new Error("the stream of changes has no body");
  let text = "";
  for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const changes = text.split("\n\n").flatMap((message) => {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      return data === undefined ? [] : [changeSchema.parse(JSON.parse(data))];
    });
    const change = changes.find((each) => each.kind === kind);
    if (change !== undefined) return change;
  }
  throw new Error(`the stream of changes ended without '${kind}'`);
}

test("MLflow's webhook makes the follower look at once, and nobody else's call does", async () => {
  await using slow = await startProduct({
    mlflowUri: server.uri,
    environment: { SLIPWAY_ALIAS_POLL_SECONDS: "3600", SLIPWAY_ALIAS_QUIET_SECONDS: "1" },
  });
  const path = `/groups/${GROUP}/mlflow/webhook`;
  await registry.moveAlias("e", "1");
  expect(await slow.api.put(path, {})).toEqual({ url: `${slow.origin}/api/v1${path}` });
  expect(await slow.api.get(`/groups/${GROUP}/mlflow`)).toMatchObject({ webhook: true });
  const request = { name: "woken", modelUri: `models:/${MODEL}@e`, aliasPolicy: "notify" } as const;
  await slow.api.deploy(GROUP, request);
  const url = `${slow.origin}/api/v1${path}`;
  const forged = {
    "x-mlflow-delivery-id": "1",
    "x-mlflow-timestamp": String(Math.floor(Date.now() / 1_000)),
  };
  expect((await send("POST", url, { body: {}, headers: forged })).status).toBe(401);
  expect((await send("POST", url.replace(GROUP, "nobody"), { body: {} })).status).toBe(401);
  expect((await slow.api.deployment(GROUP, "woken")).alias?.version).toBe(null);
  // MLflow reads its list of webhooks anew only after the time that the test gave it.
  await sleep(1_500);
  const told = firstChange(slow, "registry");
  await registry.moveAlias("e", "2");
  await slow.api.untilTrue(GROUP, "woken", ({ alias }) => alias?.version === "2");
  expect(await told).toEqual({ kind: "registry", group: GROUP, model: MODEL });
  await slow.api.delete(path);
  expect(await slow.api.get(`/groups/${GROUP}/mlflow`)).toMatchObject({ webhook: false });
});

test("an MLflow that refuses the webhook is quoted, and following goes on without it", async () => {
  await product.api.post("/groups", { name: "refused" });
  await product.api.put("/groups/refused/mlflow", { trackingUri: inject("mlflowUri") });
  const problem = await product.api.problemOf("PUT", "/groups/refused/mlflow/webhook", {});
  expect(problem.code).toBe("conflict");
  expect(problem.detail).toContain("Allowed schemes are: https");
  expect(problem.detail).toContain("goes on asking MLflow by itself");
  expect(await product.api.get("/groups/refused/mlflow")).toMatchObject({ webhook: false });
});

test("an MLflow that dies changes nothing, and is followed again when it is back", async () => {
  const { endpoint, id } = await follow("f", "roll-out");
  await product.api.untilTrue(GROUP, id, ({ alias }) => alias?.version === "1");
  const { pid } = server.process;
  if (pid === undefined) throw new Error("MLflow is not running");
  process.kill(-pid, "SIGKILL");
  const alone = await product.api.untilTrue(GROUP, id, ({ alias }) => alias?.version === null);
  expect(alone).toMatchObject({ status: "Deployed", latestRevision: 1, alias: { moved: false } });
  expect((await invoke(endpoint, ROW, null)).status).toBe(200);
  await product.api.untilTrue(GROUP, id, ({ alias }) => alias?.version === "1");
  expect((await eventsOf(id)).filter(({ kind }) => kind.startsWith("alias."))).toEqual([]);
  await registry.moveAlias("f", "2");
  await product.api.untilTrue(GROUP, id, ({ resolvedVersion }) => resolvedVersion === "2");
});
