/** Several processes that speak HTTP before one gateway: asked for, they change nothing but how much is taken in. */
import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { injectedTools, RunningPlane, TOKEN } from "./running-plane.test-kit.ts";

const BODY = JSON.stringify({ dataframe_split: { columns: ["x"], data: [[21]] } });
const INVOCATIONS = "/deployment/doubler/invocations";
let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start({ SLIPWAY_GATEWAY_PROCESSES: "2", SLIPWAY_BODY_BYTES_MAX: "100000" });
  await plane.assign({
    id: "doubler",
    revisions: [{ number: 1, weight: 100, model: "steady", version: "1" }],
  });
  await plane.until("doubler", 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

function doors(): number[] {
  const found = execFileSync("pgrep", ["-f", "--parent", String(plane.pid), "door-main"], {
    encoding: "utf8",
  });
  return found.trim().split("\n").map(Number);
}

test("callers are answered and refused as through one process", async () => {
  expect(doors()).toHaveLength(2);
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => plane.call(INVOCATIONS, { body: BODY })),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text.replaceAll(" ", "")}`))).toEqual(
    new Set(['200 {"predictions":[42.0]}']),
  );
  const { headers } = await plane.call(INVOCATIONS, { body: BODY, headers: { "x-request-id": "mine" } });
  expect(headers).toMatchObject({
    "x-request-id": "mine",
    "x-slipway-revision": "1",
    "x-content-type-options": "nosniff",
  });
  const refused = async (options: Parameters<typeof plane.call>[1], path = INVOCATIONS) =>
    (await plane.call(path, options)).status;
  expect(await refused({ body: BODY, headers: { authorization: `Bearer ${TOKEN}x` } })).toBe(401);
  expect(await refused({ body: "x".repeat(200_000) })).toBe(413);
  expect(await refused({ body: "{}" })).toBe(400);
  expect(await refused({ body: BODY }, "/deployment/other/invocations")).toBe(404);
});

test("a door that is killed is opened again, and the other goes on", async () => {
  const [killed = 0] = doors();
  process.kill(killed, "SIGKILL");
  const answersNow = async () => (await plane.call(INVOCATIONS, { body: BODY })).status === 200;
  await expect.poll(answersNow).toBe(true);
  await expect.poll(() => doors().filter((pid) => pid !== killed).length, { timeout: 20_000 }).toBe(2);
  await delay(100);
  expect(await answersNow()).toBe(true);
});

test("no door outlives its data plane", async () => {
  const open = doors();
  await plane.end("SIGKILL");
  const living = () =>
    open.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  await expect.poll(living, { timeout: 10_000 }).toEqual([]);
});
