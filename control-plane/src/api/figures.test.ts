import { type DeploymentFigures, deploymentFiguresSchema } from "@slipway/contracts/api/figures";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { latencyBucket, latencyUpperMs } from "@slipway/contracts/latency-buckets";
import type { MinuteFigures, RevisionMinute } from "@slipway/contracts/observation";
import { describe, expect, test } from "vitest";
import { saveMinutes } from "#store/figures-store.ts";
import { useApi } from "#testing/api.ts";
import { someFigures } from "#testing/factories.ts";

const MINUTE_MS = 60_000;
const { call, problemOf, database } = await useApi();
const PATH = "/groups/demo/deployments";

async function deploy(name: string) {
  await call("POST", PATH, { body: { name, modelUri: "models:/iris-unsigned/1" } });
  return deploymentIdSchema.parse(name);
}

async function figures(id: string, query: string): Promise<DeploymentFigures> {
  return deploymentFiguresSchema.parse(await call("GET", `${PATH}/${id}/figures${query}`, { as: "bob" }));
}

/** The minute so long before the one that goes on. */
function minute(
  deployment: RevisionMinute["deployment"],
  revision: number,
  ago: number,
  values: MinuteFigures,
) {
  const startedMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - ago * MINUTE_MS;
  return { deployment, revision, minute: new Date(startedMs).toISOString(), figures: values };
}

function told(ms: number): number {
  return latencyUpperMs(latencyBucket(ms));
}

describe("a week of three revisions, every minute of it", () => {
  const DAYS = 7 * 24 * 60;

  test("is answered hour by hour, all together and for each revision", async () => {
    const id = await deploy("busy");
    // Revision 2 is four times as slow as 1, and 3 fails now and then.
    const minutes = Array.from({ length: DAYS }, (_, ago) => [
      minute(id, 1, ago, someFigures({ served: 60, latencyMs: 10, replicasMax: 1, memoryBytesMax: 100 })),
      minute(id, 2, ago, someFigures({ served: 30, latencyMs: 40, replicasMax: 2, memoryBytesMax: 300 })),
      minute(id, 3, ago, someFigures({ served: 27, failed: 3, latencyMs: 90, replicasMax: 1 })),
    ]).flat();
    await saveMinutes(database, { epoch: "a", minutes: minutes.reverse() });

    const week = await figures(id, "?window=7d");
    expect(week.points.length).toBe(168);
    // The first and the last hour are not whole.
    for (const point of week.points.slice(1, -1)) {
      expect(point).toMatchObject({
        requests: 7_200,
        served: 7_020,
        failed: 180,
        requestsPerSecond: 2,
        errorRate: 0.025,
        p50Ms: told(10),
        p95Ms: told(90),
        replicas: 4,
        memoryBytes: 300,
      });
    }
    const whole = week.points.reduce((sum, { requests }) => sum + requests, 0);
    expect(week.summary).toMatchObject({ requests: whole, p50Ms: told(10), p95Ms: told(90), replicas: 4 });
    expect(
      week.revisions.map(({ revision, p50Ms, replicas, errorRate }) => [
        revision,
        p50Ms,
        replicas,
        errorRate,
      ]),
    ).toEqual([
      [3, told(90), 1, 0.1],
      [2, told(40), 2, 0],
      [1, told(10), 1, 0],
    ]);

    const second = await figures(id, "?window=7d&revision=2");
    expect(second.points.at(-2)).toMatchObject({ requests: 1_800, p50Ms: told(40), replicas: 2, failed: 0 });
    const served = second.points.reduce((sum, point) => sum + point.served, 0);
    expect(second.summary).toMatchObject({ served, failed: 0, p99Ms: told(40) });
    expect(second.revisions.map(({ revision }) => revision)).toEqual([3, 2, 1]);
  });
});

test("an hour has a point for each minute, also for those in which nothing happened", async () => {
  const id = await deploy("quiet");
  await saveMinutes(database, {
    epoch: "a",
    minutes: [minute(id, 1, 10, someFigures({ served: 6, starts: 1, startMsSum: 250, startMsMax: 250 }))],
  });
  const { points, live, window, stepSeconds, from, to } = await figures(id, "");
  expect({ live, window, stepSeconds }).toEqual({ live: false, window: "1h", stepSeconds: 60 });
  expect(points.length).toBe(60);
  expect(points[0]?.at).toBe(from);
  expect(Date.parse(to) - Date.parse(from)).toBe(3_600_000);
  const asked = points.filter(({ requests }) => requests > 0);
  expect(asked).toMatchObject([
    { requests: 6, requestsPerSecond: 0.1, p99Ms: told(10), coldStarts: 1, coldStartMsMean: 250 },
  ]);
  expect(points.filter(({ requests, p50Ms }) => requests === 0 && p50Ms === null).length).toBe(59);
});

test("what two starts of the data plane counted in one minute is one minute", async () => {
  const id = await deploy("restarted");
  for (const epoch of ["a", "b"]) {
    await saveMinutes(database, {
      epoch,
      minutes: [minute(id, 1, 3, someFigures({ served: 5, replicasMax: 1 }))],
    });
  }
  const { summary } = await figures(id, "?window=24h");
  expect(summary).toMatchObject({ requests: 10, replicas: 1 });
});

test("who does not see the deployment does not see its figures, and windows are those that there are", async () => {
  const id = await deploy("hidden");
  expect((await problemOf("GET", `${PATH}/${id}/figures`, { as: "eve" })).code).toBe("group_not_found");
  expect((await problemOf("GET", `${PATH}/nothing/figures`)).code).toBe("deployment_not_found");
  expect((await problemOf("GET", `${PATH}/${id}/figures?window=2h`)).code).toBe("invalid_request");
});
