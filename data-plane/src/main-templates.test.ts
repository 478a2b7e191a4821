/** The real data plane with templates: workers are forked, and nothing of that is noticed but the time that it saves. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstOf, parentOf } from "./plane-processes.test-kit.ts";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";
import { injectedBuilds } from "./shared-builds.test-kit.ts";

const BODY = JSON.stringify({ inputs: [[5.1, 3.5, 1.4, 0.2]] });
const X = JSON.stringify({ dataframe_split: { columns: ["x"], data: [[2]] } });
const IRIS = { model: "iris-unsigned", version: "1", variables: {} };
const STEADY = { model: "steady", version: "1", variables: {} };

let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools(injectedBuilds("own")));
  await plane.start({ SLIPWAY_TEMPLATE_IDLE_SECONDS: "3" });
});
afterAll(() => plane[Symbol.asyncDispose]());

const deployed = (id: string, number = 1) => plane.until(id, number, ({ state }) => state === "ready");
const calls = (id: string, body: string) => plane.call(`/deployment/${id}/invocations`, { body });
const answers = async (id: string, body = X) => (await calls(id, body)).text;

test("replicas of different deployments that share an environment are forked from one template", async () => {
  const one = { number: 1, weight: 100, ...STEADY };
  await plane.assign({ id: "one", revisions: [one] }, { id: "two", revisions: [one] });
  await Promise.all([deployed("one"), deployed("two")]);
  expect(await answers("one")).toBe('{"predictions": [4.0]}');
  expect(await answers("two")).toBe('{"predictions": [4.0]}');
  const [template, ...more] = plane.templates();
  expect(more).toEqual([]);
  expect(plane.workers().map(parentOf)).toEqual([template, template]);
  // The model's process sees its own folder and bounds, as one of its own would.
  const worker = firstOf(plane.workers());
  const limits = readFileSync(`/proc/${worker}/limits`, "utf8");
  expect(limits).toMatch(/Max core file size\s+0\s+0/);
  expect(limits).toMatch(/Max open files\s+4096\s+4096/);
});

test("a forked worker that is killed is replaced, and its log says how it ended", async () => {
  const worker = firstOf(plane.workers());
  process.kill(worker, "SIGKILL");
  const restarts = async () =>
    (await Promise.all(["one", "two"].map((id) => deployed(id)))).flatMap(({ replicas }) =>
      replicas.map(({ restarts: times }) => times),
    );
  await RunningPlane.eventually(async () => (await restarts()).includes(1));
  const logs = await Promise.all(["one", "two"].map((id) => plane.log(id, "r1-0")));
  expect(logs.join("")).toContain("The worker was killed by SIGKILL.");
  await RunningPlane.eventually(() => plane.workers().length === 2);
});

test("kill -9 of the template: no request is lost, and the next replica is forked from a new one", async () => {
  const before = firstOf(plane.templates());
  const statuses: number[] = [];
  let calling = true;
  const callers = ["one", "two"].map(async (id) => {
    while (calling) statuses.push((await calls(id, X)).status);
  });
  await RunningPlane.eventually(() => statuses.length > 20);
  process.kill(before, "SIGKILL");
  await RunningPlane.eventually(() => !plane.templates().includes(before));
  const seen = statuses.length;
  await RunningPlane.eventually(() => statuses.length > seen + 20);
  calling = false;
  await Promise.all(callers);
  expect(new Set(statuses)).toEqual(new Set([200]));
  // Nobody but us knows now when they end.
  const orphan = firstOf(plane.workers());
  process.kill(orphan, "SIGKILL");
  await RunningPlane.eventually(() => plane.templates().length === 1 && plane.workers().length === 2);
  await RunningPlane.eventually(() => plane.workers().map(parentOf).includes(firstOf(plane.templates())));
  await RunningPlane.eventually(async () => (await answers("one")) === (await answers("two")));
});

test("a deployment that sets variables is started plainly, as its log says", async () => {
  await plane.assign({
    id: "plain",
    revisions: [{ number: 1, weight: 100, ...STEADY, variables: { A: "b" } }],
  });
  await deployed("plain");
  expect(await answers("plain")).toBe('{"predictions": [4.0]}');
  expect(await plane.log("plain", "r1-0")).toContain("started plainly: the deployment sets variables");
  await RunningPlane.eventually(() => plane.workers().length === 1);
  expect(plane.templates()).not.toContain(parentOf(firstOf(plane.workers())));
});

test("a replica that may hold little is forked from a template that has reserved much", async () => {
  const small = { number: 1, weight: 100, ...STEADY, memoryBytes: 512 * 1024 ** 2 };
  await plane.assign({ id: "small", revisions: [small] });
  await deployed("small");
  // Not by what the template has left behind: this takes memory of its own.
  const rows = Array.from({ length: 50_000 }, (_, row) => [row]);
  const { status } = await calls(
    "small",
    JSON.stringify({ dataframe_split: { columns: ["x"], data: rows } }),
  );
  expect(status).toBe(200);
  await RunningPlane.eventually(() => plane.workers().length === 1);
  expect(plane.templates()).toContain(parentOf(firstOf(plane.workers())));
  await plane.assign();
});

test("a template without replicas ends after a while", async () => {
  await RunningPlane.eventually(() => plane.templates().length === 0);
});

test("a model that hangs when it was forked is started plainly before it counts as failed", async () => {
  const fearful = { number: 1, weight: 100, model: "fears-forks", version: "1", variables: {} };
  await plane.assign({ id: "fearful", revisions: [fearful] });
  await deployed("fearful");
  expect(await answers("fearful")).toBe('{"predictions": [4.0]}');
  expect(await plane.log("fearful", "r1-0")).toMatch(
    /forked from a template it failed, and is now started plainly\. The worker did nothing for a while/,
  );
  // Once is enough.
  const worker = firstOf(plane.workers());
  process.kill(worker, "SIGKILL");
  await plane.until("fearful", 1, ({ state, replicas }) => state === "ready" && replicas[0]?.restarts === 1);
  expect(await plane.log("fearful", "r1-0")).toContain("started plainly: forked, it did not work before");
});

test("kill -9 of the data plane leaves neither worker nor template, and its next start forks again", async () => {
  await plane.assign({ id: "iris", revisions: [{ number: 1, weight: 100, ...IRIS }] });
  await deployed("iris");
  expect(plane.templates()).toHaveLength(1);
  await plane.end("SIGKILL");
  await RunningPlane.eventually(() => plane.workers().length + plane.templates().length === 0);
  await plane.start();
  await deployed("iris");
  expect(await answers("iris", BODY)).toMatch(/^\{"predictions": \[/);
  expect(plane.workers().map(parentOf)).toEqual(plane.templates());
  expect(await plane.end("SIGTERM")).toBe(0);
  expect([...plane.workers(), ...plane.templates()]).toEqual([]);
});
