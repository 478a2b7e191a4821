/** What rollouts ask of the data plane, with real workers: shared pools, counts, mirrors, the fallback and held requests. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryLimitOf } from "#agent/worker-process.ts";
import { type DeployedRevision, injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const ID = "iris";
const INVOCATIONS = `/deployment/${ID}/invocations`;
const BODY = JSON.stringify({ inputs: [[5.1, 3.5, 1.4, 0.2]] });
const old = { number: 1, model: "iris-unsigned", version: "1" };
const other = { number: 2, model: "iris-classifier", version: "3" };
/** Predicts the same as `old`, from a body of the same form, in a process of its own. */
const sameAnswers = { number: 5, model: "iris-unsigned", version: "1", memoryBytes: 1024 ** 3 };
let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start();
  await assign([{ ...old, weight: 100 }]);
  await plane.until(ID, 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

function assign(revisions: DeployedRevision[], rollout?: number): Promise<void> {
  return plane.assign({ id: ID, revisions, ...(rollout === undefined ? {} : { rollout }) });
}

async function call(body = BODY) {
  const { status, headers, text } = await plane.call(INVOCATIONS, { body });
  return {
    status,
    revision: Number(headers["x-slipway-revision"]),
    rollout: headers["x-slipway-rollout"],
    text,
  };
}

async function countsOf(rollout: number) {
  const counts = (await plane.observation(ID))?.rollouts.find((each) => each.rollout === rollout);
  if (counts === undefined) throw new Error(`rollout ${rollout} was not counted`);
  return counts;
}

test("a revision of the spec that runs already is ready at once, in the same process", async () => {
  const before = plane.workers();
  await assign([
    { ...old, weight: 100 },
    { ...old, number: 3, weight: 0 },
  ]);
  const adopted = await plane.until(ID, 3, () => true);
  expect(adopted).toMatchObject({ state: "ready", live: false, weight: 0 });
  expect(adopted.steps.every(({ state }) => state === "skipped")).toBe(true);
  await assign([{ ...old, number: 3, weight: 100 }]);
  expect((await call()).revision).toBe(3);
  expect(plane.workers()).toEqual(before);
});

describe("while a rollout runs", () => {
  test("every answer tells its revision and rollout, and is counted exactly once", async () => {
    await assign(
      [
        { ...old, weight: 100 },
        { ...other, weight: 0 },
      ],
      7,
    );
    await plane.until(ID, 2, ({ state }) => state === "ready");
    await assign(
      [
        { ...old, weight: 50 },
        { ...other, weight: 50 },
      ],
      7,
    );
    const answers = await Promise.all(Array.from({ length: 60 }, () => call()));
    expect(new Set(answers.map(({ rollout }) => rollout))).toEqual(new Set(["7"]));
    const { revisions, unserved } = await countsOf(7);
    for (const { revision, served, refused, failed, contest } of revisions) {
      const mine = answers.filter((answer) => answer.revision === revision);
      expect({ revision, served, refused, failed }).toEqual({
        revision,
        served: mine.filter(({ status }) => status === 200).length,
        refused: mine.filter(({ status }) => status === 400).length,
        failed: 0,
      });
      expect(contest.answered).toBe(mine.length);
    }
    // The new version has a signature that a bare array does not fit: a canary must see that.
    expect(revisions.find(({ revision }) => revision === 2)?.refused).toBeGreaterThan(5);
    expect(unserved).toBe(0);
  });

  test("an answer that no revision could give tells the rollout that counts it", async () => {
    await assign([{ ...old, weight: 0 }], 9);
    const answers = await Promise.all(Array.from({ length: 3 }, () => call()));
    expect(answers).toEqual(
      answers.map(() => expect.objectContaining({ status: 503, revision: Number.NaN, rollout: "9" })),
    );
    expect(await countsOf(9)).toMatchObject({ revisions: [], unserved: 3 });
  });

  test("mirrored requests are compared and reach nobody", async () => {
    await assign(
      [
        { ...old, weight: 100 },
        { ...sameAnswers, weight: 0 },
      ],
      8,
    );
    await plane.until(ID, 5, ({ state }) => state === "ready");
    await assign(
      [
        { ...old, weight: 100 },
        { ...sameAnswers, weight: 0, mirrorPercent: 100 },
      ],
      8,
    );
    for (let request = 0; request < 10; request++) expect((await call()).revision).toBe(1);
    await RunningPlane.eventually(async () => {
      const { shadow } = await countsOf(8);
      return shadow !== null && shadow.compared + shadow.failed + shadow.dropped === 10;
    });
    const { shadow, revisions } = await countsOf(8);
    expect(shadow).toMatchObject({ mirrored: 10, compared: 10, rows: 10, differingRows: 0, failed: 0 });
    expect(revisions.map(({ revision }) => revision)).toEqual([1]);
  });
});

test("a revision that may have more replicas gets one when requests keep waiting", async () => {
  await assign([{ ...old, weight: 100, maxReplicas: 2 }]);
  let calling = true;
  const callers = Array.from({ length: 12 }, async () => {
    while (calling) expect((await call()).status).toBe(200);
  });
  await plane.until(ID, 1, ({ replicas }) => replicas.filter(({ state }) => state === "ready").length === 2);
  calling = false;
  await Promise.all(callers);
  await assign([{ ...old, weight: 100 }]);
  await RunningPlane.eventually(async () => (await plane.revisions(ID))[0]?.replicas.length === 1);
});

test("when the worker of what serves dies, the revision that stands by answers", async () => {
  await assign([
    { ...sameAnswers, weight: 100 },
    { ...old, weight: 0, fallback: true },
  ]);
  await plane.until(ID, 5, ({ live }) => live);
  expect((await call()).revision).toBe(5);
  const worker = await workerOf(5);
  process.kill(worker, "SIGKILL");
  await plane.until(ID, 5, ({ live }) => !live);
  expect(await call()).toMatchObject({ status: 200, revision: 1 });
  await plane.until(ID, 5, ({ live }) => live);
  expect((await call()).revision).toBe(5);
});

test("without one that stands by, callers wait until the worker is back, also over kill -9 of the data plane", async () => {
  await assign([{ ...old, weight: 100 }]);
  await RunningPlane.eventually(() => plane.workers().length === 1);
  process.kill(plane.workers()[0] ?? 0, "SIGKILL");
  await plane.until(ID, 1, ({ live }) => !live);
  const waiting = await Promise.all(Array.from({ length: 5 }, () => call()));
  expect(waiting.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await plane.end("SIGKILL");
  await plane.start();
  expect((await call()).status).toBe(200);
});

/** The pid of a revision's worker: workers are told apart by what they may hold. */
async function workerOf(number: number): Promise<number> {
  const { replicas } = await plane.until(ID, number, ({ state }) => state === "ready");
  expect(replicas).toHaveLength(1);
  const wanted = String(memoryLimitOf(sameAnswers));
  const found = plane.workers().find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(wanted));
  if (found === undefined) throw new Error("there is no such worker");
  return found;
}
