/** The clients of an endpoint, on a real data plane with a model that tells who called it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AssignedClient } from "@slipway/contracts/assignment";
import { hashToken } from "@slipway/contracts/token";
import { afterAll, beforeAll, expect, test } from "vitest";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const ID = "who";
const INVOCATIONS = `/deployment/${ID}/invocations`;
const BODY = JSON.stringify({ dataframe_split: { columns: ["x"], data: [[1]] } });
const REVISIONS = [{ number: 1, weight: 100, model: "tells-caller", version: "1" }];
const SPOOFED = {
  "X-Forwarded-User": "mallory",
  "X-Remote-User": "mallory",
  "X-Slipway-Client": "mallory",
  Cookie: "client=mallory",
};

let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start();
  await assign(aClient("ada"));
  await plane.until(ID, 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

/** A client with the token `<name>`, and others that work until a time. */
function aClient(
  name: string,
  more: { tokens?: Record<string, string | null>; requestsPerMinute?: number } = {},
): AssignedClient {
  const tokens = Object.entries({ [name]: null, ...more.tokens });
  return {
    name,
    tokens: tokens.map(([token, expiresAt]) => ({ hash: hashToken(token), expiresAt })),
    requestsPerMinute: more.requestsPerMinute ?? null,
  };
}

const assign = (...clients: AssignedClient[]) => plane.assign({ id: ID, clients, revisions: REVISIONS });

function callAs(token: string, headers: Record<string, string> = {}) {
  return plane.call(INVOCATIONS, { body: BODY, headers: { authorization: `Bearer ${token}`, ...headers } });
}

/** What the model was told of the caller. */
async function toldModel(token: string, headers: Record<string, string> = {}): Promise<unknown> {
  const { text } = await callAs(token, headers);
  return JSON.parse(JSON.parse(text).predictions[0]);
}

test("the model is told the client's name by the gateway, and nothing that a caller wrote", async () => {
  await assign(aClient("ada"), aClient("batch"));
  expect(await toldModel("batch", { ...SPOOFED, "X-Request-Id": "mine" })).toEqual({
    client: "batch",
    requestId: "mine",
    headers: { "X-Forwarded-User": "batch" },
  });
  const { headers, text } = await callAs("ada", SPOOFED);
  expect(JSON.stringify(headers) + text).not.toContain("mallory");
  expect(JSON.stringify(headers)).not.toContain("ada");
  const tried = await plane.private("POST", `/deployments/${ID}/invocations`, BODY);
  expect(JSON.parse(JSON.parse(tried.body).predictions[0])).toMatchObject({ client: null, headers: {} });
});

test("an old token works as long as it overlaps the new one, and then is refused like any other", async () => {
  const until = new Date(Date.now() + 2_000);
  await assign(aClient("ada", { tokens: { old: until.toISOString() } }));
  const early = await callAs("old");
  // On a machine that stood still for two seconds the answer may already be the later one.
  expect([200, 401]).toContain(early.status);
  if (Date.now() < until.getTime()) expect(early.status).toBe(200);
  await sleep(Math.max(0, until.getTime() - Date.now()));
  const refusals = await Promise.all([callAs("old"), callAs("unknown"), callAs("")]);
  expect(refusals.map(({ status }) => status)).toEqual([401, 401, 401]);
  const told = refusals.map(({ text }) => ({ ...JSON.parse(text), requestId: "" }));
  expect(new Set(told.map((problem) => JSON.stringify(problem))).size).toBe(1);
  expect((await callAs("ada")).status).toBe(200);
});

test("a client above its limit gets 429 and a Retry-After that is true, and what it used outlives an assignment", async () => {
  await assign(aClient("limited", { requestsPerMinute: 10 }), aClient("ada"));
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429) statuses.push((await callAs("limited")).status);
  expect(new Set(statuses.slice(0, -1))).toEqual(new Set([200]));
  await assign(aClient("limited", { requestsPerMinute: 10 }), aClient("ada"), aClient("batch"));
  const refused = await callAs("limited");
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([429, "too_many_requests"]);
  expect(JSON.parse(refused.text).detail).toContain("10 requests per minute");
  expect(refused.text).not.toContain('"limited"');
  const seconds = Number(refused.headers["retry-after"]);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(6);
  expect((await callAs("ada")).status).toBe(200);
  await sleep(seconds * 1_000);
  expect((await callAs("limited")).status).toBe(200);
});

test("who called is reported with the time, and forgotten with the client", async () => {
  const uses = async () =>
    new Map((await plane.observation(ID))?.clientUse.map(({ name, lastUsedAt }) => [name, lastUsedAt]));
  await assign(aClient("early"), aClient("late"), aClient("never"));
  expect([...(await uses()).keys()]).toEqual([]);
  const beganMs = Date.now();
  await callAs("early");
  await callAs("late");
  const seen = await uses();
  expect([...seen.keys()]).toEqual(["early", "late"]);
  expect(Date.parse(seen.get("late") ?? "")).toBeGreaterThanOrEqual(beganMs - 1_000);
  expect(Date.parse(seen.get("late") ?? "")).toBeLessThanOrEqual(Date.now());
  await assign(aClient("late"));
  expect([...(await uses()).keys()]).toEqual(["late"]);
});
