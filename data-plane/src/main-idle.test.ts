/** The real data plane scales a deployment that nobody calls to zero, and the next callers are served all the same. */
import { readdirSync, rmSync } from "node:fs";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeployedRevision, injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const BODY = JSON.stringify({ dataframe_split: { columns: ["x"], data: [[2]] } });
const ANSWER = '{"predictions": [4.0]}';
const IDLE_SECONDS = 10;
const SLEEPY: DeployedRevision = {
  number: 1,
  weight: 100,
  model: "steady",
  version: "1",
  variables: {},
  minReplicas: 0,
  serving: { idleSeconds: IDLE_SECONDS },
};

/** Stands between the data plane and MLflow, so that MLflow can be away. */
class Way {
  readonly #to: URL;
  #server: Server;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  constructor(to: string) {
    this.#to = new URL(to);
    this.#server = this.#makeServer();
  }

  async open(): Promise<string> {
    this.#server = this.#makeServer();
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
    return `http://127.0.0.1:${this.#port}`;
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }

  #makeServer(): Server {
    const { hostname, port } = this.#to;
    return createServer((near) => {
      const far = dial(Number(port), hostname);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          for (const other of [near, far]) other.destroy();
        });
      }
    });
  }
}

let plane: RunningPlane;
let way: Way;

beforeAll(async () => {
  const tools = injectedTools();
  way = new Way(tools.mlflowUri);
  plane = new RunningPlane({ ...tools, mlflowUri: await way.open() });
  await plane.start();
  await plane.assign({ id: "sleepy", revisions: [SLEEPY] });
  await plane.until("sleepy", 1, ({ state }) => state === "ready");
});
afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await way.close();
});

const call = () => plane.call("/deployment/sleepy/invocations", { body: BODY });
const fallsAsleep = () => plane.until("sleepy", 1, ({ idle }) => idle);
/** What happened a moment ago is on disk by then. */
const written = () => new Promise((next) => setTimeout(next, 1_000));
const starts = async () => (await plane.log("sleepy", "r1-0")).split("starting a worker").length - 1;

test("after a while without a request no replica runs, and it counts as ready and live", async () => {
  const asleep = await fallsAsleep();
  expect(asleep).toMatchObject({ state: "ready", live: true, idle: true, replicas: [], message: null });
  // What was known of it stays known.
  expect(asleep).toMatchObject({
    example: { from: "input example" },
    batching: { state: expect.any(String) },
  });
  await RunningPlane.eventually(() => plane.workers().length === 0);
  expect(await plane.log("sleepy", "r1-0")).toContain("scaled to zero: nobody has called for 10 s");
});

test("all who call then wait for one start, and are served", async () => {
  const before = await starts();
  const answers = await Promise.all(Array.from({ length: 30 }, call));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`200 ${ANSWER}`]));
  expect(await starts()).toBe(before + 1);
  const awake = await plane.until("sleepy", 1, ({ idle }) => !idle);
  expect(awake).toMatchObject({ state: "ready", replicas: [{ state: "ready", restarts: 0 }] });
});

test("it does not fall asleep while it is called now and then", async () => {
  const until = Date.now() + 1.5 * IDLE_SECONDS * 1000;
  const before = await starts();
  while (Date.now() < until) {
    expect((await call()).status).toBe(200);
    await new Promise((next) => setTimeout(next, 2_000));
  }
  expect(await starts()).toBe(before);
});

test("kill -9 of the data plane: what slept sleeps on, is known as before, and is woken by a call", async () => {
  await fallsAsleep();
  await written();
  await plane.end("SIGKILL");
  await plane.start();
  expect(await plane.until("sleepy", 1, () => true)).toMatchObject({
    idle: true,
    state: "ready",
    replicas: [],
  });
  expect((await plane.call("/deployment/sleepy/version")).text).toMatch(/^\d+\.\d+\.\d+/);
  expect(plane.workers()).toEqual([]);
  expect((await call()).text).toBe(ANSWER);
  // What did not sleep is started by itself.
  await written();
  await plane.end("SIGKILL");
  await plane.start();
  await RunningPlane.eventually(() => plane.workers().length === 1);
});

test("while a rollout runs what takes part in it is ready, and sleeps again afterwards", async () => {
  await fallsAsleep();
  const next: DeployedRevision = { ...SLEEPY, number: 2, weight: 0, version: "2" };
  await plane.assign({ id: "sleepy", rollout: 1, revisions: [SLEEPY, next] });
  const isUp = ({ idle, replicas }: { idle: boolean; replicas: { state: string }[] }) =>
    !idle && replicas[0]?.state === "ready";
  await Promise.all([plane.until("sleepy", 1, isUp), plane.until("sleepy", 2, isUp)]);
  await new Promise((resolve) => setTimeout(resolve, 1.3 * IDLE_SECONDS * 1000));
  expect(plane.workers()).toHaveLength(2);
  await plane.assign({ id: "sleepy", revisions: [SLEEPY] });
  await fallsAsleep();
  await RunningPlane.eventually(() => plane.workers().length === 0);
});

test("in a warm window one is ready although nobody calls", async () => {
  const always = {
    days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const,
    from: "00:00",
    to: "00:00",
  };
  const warmWindows = [{ ...always, days: [...always.days], timeZone: "Asia/Tokyo" }];
  const warm = { ...SLEEPY, serving: { idleSeconds: IDLE_SECONDS, warmWindows } };
  await plane.assign({ id: "sleepy", revisions: [warm] });
  await plane.until("sleepy", 1, ({ idle, replicas }) => !idle && replicas[0]?.state === "ready");
  await new Promise((resolve) => setTimeout(resolve, 1.3 * IDLE_SECONDS * 1000));
  expect(plane.workers()).toHaveLength(1);
});

test("one that cannot be woken is told as degraded, its callers get 503, and it comes back when it can", async () => {
  await plane.assign({ id: "sleepy", revisions: [SLEEPY] });
  await fallsAsleep();
  await way.close();
  const models = join(plane.home, "data-plane", "models");
  for (const name of readdirSync(models)) {
    if (name !== "index.json") rmSync(join(models, name), { recursive: true, force: true });
  }
  const refused = await call();
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, "replica_unavailable"]);
  const degraded = await plane.until("sleepy", 1, ({ state }) => state === "degraded");
  // First its files are missing, then they cannot be fetched again.
  expect(degraded).toMatchObject({
    reason: expect.stringMatching(/^(?:Load|Download)Failed$/),
    message: expect.stringMatching(/./),
    ...{ idle: false, live: false },
  });
  await way.open();
  await RunningPlane.eventually(async () => (await call()).text === ANSWER);
});
