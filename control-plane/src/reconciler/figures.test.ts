import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { Minutes, RevisionMinute } from "@slipway/contracts/observation";
import { beforeEach, expect, test } from "vitest";
import { minutesSince, saveMinutes } from "#store/figures-store.ts";
import { useApi } from "#testing/api.ts";
import { someFigures } from "#testing/factories.ts";
import { keepOnce } from "./figures.ts";

const MINUTE_MS = 60_000;
const NOON_MS = Date.parse("2026-03-01T12:00:00Z");
const { call, database } = await useApi();
let id: RevisionMinute["deployment"];
let nowMs = NOON_MS;

beforeEach(async () => {
  // Each test has a time and a deployment of its own.
  nowMs += 30 * 86_400_000;
  id = deploymentIdSchema.parse(`kept-${nowMs}`);
  await call("POST", "/groups/demo/deployments", { body: { name: id, modelUri: "models:/iris-unsigned/1" } });
});

function minute(ago: number, served: number, deployment = id): RevisionMinute {
  const time = new Date(nowMs - ago * MINUTE_MS).toISOString();
  return { deployment, revision: 1, minute: time, figures: someFigures({ served }) };
}

/** A data plane that has these minutes, and how it was asked. */
function aDataPlane(told: Minutes) {
  const asked: (Date | null)[] = [];
  const minutes = async (after: Date | null): Promise<Minutes> => {
    asked.push(after);
    return {
      ...told,
      minutes: told.minutes.filter((each) => Date.parse(each.minute) > (after?.getTime() ?? 0)),
    };
  };
  const look = () => keepOnce({ database, runtime: { minutes }, now: () => new Date(nowMs) });
  return { look, asked };
}

/** Oldest first. */
async function kept(): Promise<[ago: number, epoch: string, served: number][]> {
  const rows = await minutesSince(database, id, new Date(0));
  const inOrder = rows.toSorted((a, b) => a.minute.getTime() - b.minute.getTime());
  return inOrder.map((row) => [(nowMs - row.minute.getTime()) / MINUTE_MS, row.epoch, row.figures.served]);
}

test("minutes are kept once however often they are told, and the one that goes on grows", async () => {
  const { look } = aDataPlane({ epoch: "a", minutes: [minute(2, 5), minute(1, 7), minute(0, 1)] });
  await look();
  await look();
  await aDataPlane({ epoch: "a", minutes: [minute(2, 5), minute(1, 7), minute(0, 3)] }).look();
  expect(await kept()).toEqual([
    [2, "a", 5],
    [1, "a", 7],
    [0, "a", 3],
  ]);
});

test("what is kept already is not asked for again, but for the newest minutes", async () => {
  await aDataPlane({ epoch: "a", minutes: [minute(9, 1), minute(4, 1)] }).look();
  const { look, asked } = aDataPlane({ epoch: "a", minutes: [minute(5, 2), minute(3, 3), minute(0, 4)] });
  await look();
  expect(asked).toEqual([new Date(nowMs - 6 * MINUTE_MS)]);
  expect((await kept()).map(([ago]) => ago)).toEqual([9, 5, 4, 3, 0]);
});

test("a data plane that was started again counts beside what it counted before", async () => {
  await aDataPlane({ epoch: "a", minutes: [minute(1, 5)] }).look();
  await aDataPlane({ epoch: "b", minutes: [minute(1, 2), minute(0, 1)] }).look();
  expect((await kept()).toSorted()).toEqual([
    [0, "b", 1],
    [1, "a", 5],
    [1, "b", 2],
  ]);
});

test("minutes of a deployment that is gone are left out, and keep nothing else from being kept", async () => {
  const gone = deploymentIdSchema.parse("gone");
  await aDataPlane({ epoch: "a", minutes: [minute(1, 1, gone), minute(1, 2)] }).look();
  expect(await kept()).toEqual([[1, "a", 2]]);
  expect(await minutesSince(database, gone, new Date(0))).toEqual([]);
});

test("what is older than eight days is removed, also when it is much", async () => {
  const day = 24 * 60;
  const old = Array.from({ length: 6_000 }, (_, index) => minute(9 * day + index, 1));
  await saveMinutes(database, { epoch: "a", minutes: [...old, minute(8 * day - 1, 8), minute(0, 1)] });
  const { look } = aDataPlane({ epoch: "a", minutes: [] });
  await look();
  // So many at once that no other statement has to wait for long.
  const left = (await kept()).length;
  expect(left).toBeGreaterThan(1_000);
  expect(left).toBeLessThan(6_000);
  await look();
  expect((await kept()).map(([ago]) => ago)).toEqual([8 * day - 1, 0]);
});
