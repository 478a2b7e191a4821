/** The logs of a real data plane: what real workers and builds print, kept beyond the end of those who printed it. */
import { logFileSchema } from "@slipway/contracts/api/deployment";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";
import { injectedBuilds } from "./shared-builds.test-kit.ts";

const NOISY = { model: "noisy", version: "1" };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;
let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools(injectedBuilds("own")));
  await plane.start();
  await plane.assign({ id: "noisy", revisions: [{ number: 1, weight: 100, ...NOISY }] });
  await plane.until("noisy", 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

/** Lets the model print a text. */
async function say(text: string): Promise<void> {
  const body = JSON.stringify({ dataframe_records: [{ say: text }] });
  expect((await plane.call("/deployment/noisy/invocations", { body })).status).toBe(200);
}

async function read(path: string): Promise<string> {
  const { statusCode, body } = await plane.private("GET", `/deployments/noisy/${path}`);
  expect(statusCode).toBe(200);
  return body;
}

async function names(): Promise<string[]> {
  return z
    .array(logFileSchema)
    .parse(JSON.parse(await read("log-files")))
    .map(({ name }) => name)
    .sort();
}

/** The lines of a log without their times, which all of them have. */
function told(log: string): string[] {
  const lines = log.trimEnd().split("\n");
  expect(lines.filter((line) => !TIME.test(line))).toEqual([]);
  return lines.map((line) => line.replace(TIME, ""));
}

test("what a model prints is there at once: each line with its time, no colours, HTML as text", async () => {
  await say("first\nsecond \u001b[1mline\u0007");
  const lines = told(await read("replicas/r1-0/logs"));
  expect(lines.slice(-2)).toEqual(["<script>alert(1)</script> noisy: first", "second line"]);
});

test("a line beyond all bounds is cut and says so", async () => {
  await say("x".repeat(200_000));
  const [line = ""] = told(await read("replicas/r1-0/logs?tail=1"));
  expect(line).toContain("(slipway: cut, the line is longer than 16384 characters)");
  expect(line.length).toBeLessThan(17_000);
});

test("the build's log has what the download and uv said, from beginning to end", async () => {
  const lines = told(await read("replicas/build-1/logs"));
  expect(lines[0]).toBe("slipway: download begins");
  expect(lines).toContainEqual(expect.stringMatching(/^slipway: download done after [\d.]+ s: /));
  expect(lines).toContainEqual(expect.stringMatching(/^Resolved \d+ packages/));
  expect(lines).toContainEqual(expect.stringMatching(/^Installed \d+ packages/));
  expect(lines.at(-1)).toMatch(/^slipway: environment done after [\d.]+ s: Built: \d+ packages on Python 3/);
});

test("the log of a replica goes on over the death of its worker", async () => {
  const [worker = 0] = plane.workers();
  process.kill(worker, "SIGKILL");
  await plane.until(
    "noisy",
    1,
    ({ replicas }) => replicas[0]?.restarts === 1 && replicas[0].state === "ready",
  );
  await say("after");
  const lines = told(await read("replicas/r1-0/logs"));
  const killed = lines.indexOf("slipway: The worker was killed by SIGKILL.");
  expect(lines.slice(0, killed)).toContain("<script>alert(1)</script> noisy: first");
  expect(lines.slice(killed)).toContain("<script>alert(1)</script> noisy: after");
});

test("the log of a replica that is gone is kept, listed, part of all together, and whole in the download", async () => {
  await plane.assign({
    id: "noisy",
    revisions: [{ number: 2, weight: 100, ...NOISY, memoryBytes: 1024 ** 3 }],
  });
  await plane.until("noisy", 2, ({ state }) => state === "ready");
  await RunningPlane.eventually(async () => (await plane.revisions("noisy")).length === 1);
  await say("from the new one");
  expect(await names()).toEqual(["build-1", "build-2", "r1-0", "r2-0"]);
  const dead = await read("replicas/r1-0/logs?download=true");
  expect(told(dead).at(-1)).toBe("slipway: the replica has ended");
  const together = told(await read("logs?tail=100000"));
  const ofDead = together
    .filter((line) => line.startsWith("r1-0 "))
    .map((line) => line.slice("r1-0 ".length));
  expect(ofDead).toEqual(told(dead));
  expect(together.at(-1)).toBe("r2-0 <script>alert(1)</script> noisy: from the new one");
  expect(told(await read("logs?tail=1"))).toEqual(together.slice(-1));
});

test("who follows is let go in order when the data plane stops", async () => {
  const followed = plane.private("GET", "/deployments/noisy/logs?follow=true&tail=1");
  await say("last words");
  expect(await plane.end("SIGTERM")).toBe(0);
  const { statusCode, body } = await followed;
  expect([statusCode, told(body)]).toEqual([
    200,
    expect.arrayContaining([
      expect.stringContaining("noisy: last words"),
      "r2-0 slipway: the replica has ended",
    ]),
  ]);
  await plane.start();
});

test("the logs are there after kill -9 of the data plane, and go when the deployment goes", async () => {
  await plane.end("SIGKILL");
  await plane.start();
  expect(await names()).toEqual(["build-1", "build-2", "r1-0", "r2-0"]);
  expect(await read("replicas/r1-0/logs?tail=1")).toContain("the replica has ended");
  await plane.assign();
  await RunningPlane.eventually(async () => (await names()).length === 0);
  const gone = await plane.private("GET", "/deployments/noisy/replicas/r1-0/logs");
  expect([gone.statusCode, JSON.parse(gone.body).code]).toEqual([404, "replica_not_found"]);
});
