/** The real data plane: what one model does to its own replicas does nothing to another's, though one template forked both. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parentOf } from "./plane-processes.test-kit.ts";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const BODY = JSON.stringify({ dataframe_split: { columns: ["x"], data: [[2]] } });
const STEADY = { number: 1, weight: 100, model: "steady", version: "1", variables: {} };

const MIB = 1024 ** 2;

let plane: RunningPlane;
let steady: number;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start({ SLIPWAY_REQUEST_TIMEOUT_MS: "3000" });
  await plane.assign({ id: "steady", revisions: [STEADY] });
  await plane.until("steady", 1, ({ state }) => state === "ready");
  [steady = 0] = plane.workers();
});
afterAll(() => plane[Symbol.asyncDispose]());

const call = async (id: string) => (await plane.call(`/deployment/${id}/invocations`, { body: BODY })).status;

/** Calls the steady one again and again until something has happened to its neighbour; gives the statuses. */
async function steadyUntil(happened: () => Promise<boolean>): Promise<number[]> {
  const statuses: number[] = [];
  let over = false;
  const calling = (async () => {
    while (!over) statuses.push(await call("steady"));
  })();
  await RunningPlane.eventually(happened);
  over = true;
  await calling;
  return statuses;
}

async function withNeighbour(model: string): Promise<void> {
  const neighbour = { ...STEADY, model };
  await plane.assign({ id: "steady", revisions: [STEADY] }, { id: "neighbour", revisions: [neighbour] });
  await plane.until("neighbour", 1, ({ state }) => state === "ready");
  expect(new Set(plane.workers().map(parentOf)).size).toBe(1);
}

async function expectUnharmed(statuses: number[]): Promise<void> {
  expect(statuses.length).toBeGreaterThan(20);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(plane.workers()).toContain(steady);
  expect(await plane.revisions("steady")).toMatchObject([{ replicas: [{ restarts: 0 }] }]);
}

test("a neighbour that crashes again and again", async () => {
  await withNeighbour("dies-after-ten");
  const crashes = async () => {
    for (let asked = 0; asked < 11; asked += 1) await call("neighbour");
    const [revision] = await plane.revisions("neighbour");
    return (revision?.replicas[0]?.restarts ?? 0) >= 3;
  };
  await expectUnharmed(await steadyUntil(crashes));
});

test("a neighbour that is stuck, with a line of callers before it", async () => {
  await withNeighbour("hangs-after-one");
  const stuck = async () => {
    const statuses = await Promise.all(Array.from({ length: 50 }, () => call("neighbour")));
    await sleep(100);
    return statuses.every((status) => status === 504);
  };
  await expectUnharmed(await steadyUntil(stuck));
});

test("a neighbour that takes all memory that it may, and more", async () => {
  const hog = { ...STEADY, model: "memory-hog", memoryBytes: 512 * MIB };
  await plane.assign({ id: "steady", revisions: [STEADY] }, { id: "hog", revisions: [hog] });
  const failed = async () => {
    const [revision] = await plane.revisions("hog");
    return revision?.state === "failed" && /more than its limit|MemoryError/.test(revision.message ?? "");
  };
  await expectUnharmed(await steadyUntil(failed));
});
