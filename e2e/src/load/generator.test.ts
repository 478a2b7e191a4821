/** The load generator itself: what it tells is exactly what a server saw, and a slow server does not slow it down. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { RunningLoad } from "./generator.ts";
import {
  countByRevision,
  describeFailures,
  expectedReceipt,
  failures,
  latencyMs,
  mostInFlight,
} from "./outcome.ts";

async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/invocations`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): void {
  request.resume().on("end", () => response.writeHead(200, headers).end("right"));
}

const REQUESTS = [{ body: "{}", answer: "right" }];

test("counts every request once: by status, revision and rollout", async () => {
  let seen = 0;
  await using server = await serve((request, response) => {
    const number = seen++;
    if (number % 10 === 9) {
      const problem = JSON.stringify({ code: "model_failed" });
      request.resume().on("end", () => response.writeHead(500, { "X-Slipway-Revision": "2" }).end(problem));
    } else if (number < 100) answer(request, response, { "X-Slipway-Revision": "1" });
    else answer(request, response, { "X-Slipway-Revision": "2", "X-Slipway-Rollout": "7" });
  });
  using load = await RunningLoad.start({
    ...{ url: server.url, ratePerSecond: 500, requests: REQUESTS },
    requestsMax: 200,
  });
  const outcomes = await load.end();
  expect([seen, outcomes.length, failures(outcomes).length]).toEqual([200, 200, 20]);
  expect(describeFailures(outcomes)).toEqual(["20 × 500 model_failed from revision 2"]);
  expect(countByRevision(outcomes)).toEqual(
    new Map([
      [1, 90],
      [2, 110],
    ]),
  );
  expect(expectedReceipt(outcomes, "7")).toEqual({
    requests: [{ revision: 2, served: 90, refused: 0, failed: 0 }],
    unserved: 0,
  });
});

test("keeps its rate whatever the server does, and counts the wait from when a request was due", async () => {
  await using server = await serve((request, response) => {
    setTimeout(() => answer(request, response, {}), 500);
  });
  using load = await RunningLoad.start({
    ...{ url: server.url, ratePerSecond: 200, requests: REQUESTS, spacing: "even" },
    requestsMax: 400,
  });
  const outcomes = await load.end();
  expect(failures(outcomes)).toEqual([]);
  // A loop that waited for answers would never have more than its callers on their way.
  expect(mostInFlight(outcomes)).toBeGreaterThan(50);
  const due = outcomes.map(({ dueAtMs }) => dueAtMs);
  expect((due.at(-1) ?? 0) - (due[0] ?? 0)).toBeCloseTo(399 * 5, 3);
  expect(latencyMs(outcomes, 0.5)).toBeGreaterThanOrEqual(500);
});

test("answers that never come, wrong ones and refused connections are failures", async () => {
  let seen = 0;
  await using server = await serve((request, response) => {
    if (seen++ % 2 === 0) request.resume().on("end", () => response.end("something else"));
  });
  using load = await RunningLoad.start({
    ...{ url: server.url, ratePerSecond: 100, requests: REQUESTS },
    ...{ requestsMax: 20, timeoutMs: 300 },
  });
  expect(describeFailures(await load.end()).sort()).toEqual([
    "10 × 0 UND_ERR_HEADERS_TIMEOUT from revision none",
    "10 × 200 wrong prediction from revision none",
  ]);
  await server[Symbol.asyncDispose]();
  using refused = await RunningLoad.start({
    ...{ url: server.url, ratePerSecond: 100, requests: REQUESTS },
    requestsMax: 5,
  });
  expect(describeFailures(await refused.end())).toEqual(["5 × 0 ECONNREFUSED from revision none"]);
});

test("ends when it is told to, and tells what it has sent until then", async () => {
  let seen = 0;
  await using server = await serve((request, response) => {
    seen += 1;
    answer(request, response, {});
  });
  using load = await RunningLoad.start({ url: server.url, ratePerSecond: 200, requests: REQUESTS });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const outcomes = await load.stop();
  expect(outcomes.length).toBe(seen);
  expect(seen).toBeGreaterThan(0);
  expect(failures(outcomes)).toEqual([]);
});
