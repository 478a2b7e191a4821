/** A revision's line: batches for whoever is free, bounds, deadlines, waiting for a replica to come. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { type PredictRequest, ReplicaLostError, type ServingRevision } from "#agent/replica-pool.ts";
import { anAnswer, aRevision, HandReplica } from "./fakes.test-kit.ts";
import { type Entry, Line } from "./line.ts";

const LIMITS = { inFlightMax: 100, holdMs: 5_000, heldMax: 40, heldBytesMax: 1_000 };

function aLine(values: Partial<ServingRevision>, limits = LIMITS) {
  let revision: ServingRevision | undefined = aRevision(values);
  const wake = vi.fn();
  const stands = vi.fn();
  const batch = vi.fn();
  const line = new Line({ revision: () => revision, wake, stands, batch, limits });
  return {
    line,
    wake,
    stands,
    batch,
    become: (next: ServingRevision | undefined) => {
      revision = next;
    },
  };
}

function aRequest(bytes = 1): PredictRequest {
  const body = Buffer.alloc(bytes);
  return { path: "invocations", contentType: "text", requestId: "x", client: null, body, jsonBytes: null };
}

/** Puts requests in line and notes how each ends. */
function asking(line: Line) {
  const ended: string[] = [];
  const ask = (bytes = 1, deadlineMs = performance.now() + 60_000): Entry => {
    const at = ended.push("waits") - 1;
    return line.ask(aRequest(bytes), deadlineMs, (outcome) => {
      ended[at] = outcome instanceof Error ? outcome.name : String(outcome.status);
    });
  };
  return { ended, ask };
}

test("a free replica is sent at once what is there, and all that came meanwhile when it is free again", async () => {
  const replica = new HandReplica();
  const { line, batch } = aLine({
    replicas: [replica],
    batching: { mode: "auto", requestsMax: 5, delayMsMax: 0 },
  });
  const { ask, ended } = asking(line);
  ask();
  await turn();
  for (let count = 0; count < 7; count += 1) ask();
  await turn();
  expect(replica.batches.map(({ length }) => length)).toEqual([1]);
  replica.answer();
  await turn();
  replica.answer();
  await turn();
  replica.answer();
  expect(replica.batches.map(({ length }) => length)).toEqual([1, 5, 2]);
  expect(ended).toEqual(Array.from({ length: 8 }, () => "200"));
  expect(batch.mock.calls.map(([{ requests }]) => requests)).toEqual([1, 5, 2]);
  expect([line.waiting, line.inFlight]).toEqual([0, 0]);
});

test("what must not be predicted together goes one by one, to whichever replica is free first", async () => {
  const [first, second] = [new HandReplica("off"), new HandReplica("off")];
  const { line } = aLine({ replicas: [first, second] });
  const { ask, ended } = asking(line);
  for (let count = 0; count < 5; count += 1) ask();
  await turn();
  expect([first.batches.length, second.batches.length, line.waiting]).toEqual([1, 1, 3]);
  for (let count = 0; count < 3; count += 1) {
    second.answer();
    await turn();
  }
  expect([first.batches.length, second.batches.length]).toEqual([1, 4]);
  expect(ended.filter((end) => end === "200")).toHaveLength(3);
});

test("bodies of a batch fit into its bound together, and a large one goes alone", async () => {
  const replica = new HandReplica();
  const { line } = aLine({ replicas: [replica] }, { ...LIMITS, heldBytesMax: 1e9 });
  const big = 3 * 1024 ** 2;
  const entries = [10, big, big, 20].map((size) =>
    line.ask(aRequest(size), Number.POSITIVE_INFINITY, vi.fn()),
  );
  expect(entries).toHaveLength(4);
  for (let count = 0; count < 3; count += 1) {
    await turn();
    replica.answer();
  }
  expect(replica.batches.map((batch) => batch.map(({ request }) => request.body.length))).toEqual([
    [10, big],
    [big, 20],
  ]);
});

test("a line that is full says so, with when to come again, and the owners' bound counts what is being answered", async () => {
  const replica = new HandReplica();
  const full = aLine({ replicas: [replica] });
  const { ask } = asking(full.line);
  for (let count = 0; count < LIMITS.inFlightMax; count += 1) ask();
  expect(() => ask()).toThrow(expect.objectContaining({ code: "too_many_requests" }));

  const bounded = aLine({ replicas: [new HandReplica()], concurrencyMax: 3 });
  const other = asking(bounded.line);
  other.ask();
  await turn();
  other.ask();
  other.ask();
  expect([bounded.line.inFlight, bounded.line.waiting]).toEqual([1, 2]);
  expect(() => other.ask()).toThrow(
    expect.objectContaining({ code: "too_many_requests", details: { retryAfterSeconds: 1 } }),
  );
});

test("who has gone is not sent, and is taken back from a replica that has not begun", async () => {
  const replica = new HandReplica();
  const { line } = aLine({ replicas: [replica] });
  const { ask, ended } = asking(line);
  const sent = ask();
  await turn();
  const cancel = vi.fn();
  sent.cancel = cancel;
  const waiting = ask();
  ask();
  waiting.abandon(new Error("gone"));
  sent.abandon(new Error("gone"));
  expect(cancel).toHaveBeenCalledOnce();
  replica.answer();
  await turn();
  expect(replica.batches.map(({ length }) => length)).toEqual([1, 1]);
  replica.answer();
  expect(ended).toEqual(["Error", "Error", "200"]);
});

test("what waits too long is given up where it is: in line, at the replica, or with no replica in sight", async () => {
  const replica = new HandReplica();
  const { line } = aLine({ replicas: [replica] });
  const { ask, ended } = asking(line);
  const nowMs = performance.now();
  ask(1, nowMs + 10);
  await turn();
  ask(1, nowMs + 20);
  ask(1, nowMs + 1_000);
  const named = (name: string) => () => Object.assign(new Error(name), { name });
  line.sweep(nowMs + 30, named("late"), named("nobody"));
  expect(ended).toEqual(["late", "late", "waits"]);

  const standing = aLine({ idle: true });
  const others = asking(standing.line);
  others.ask();
  await turn();
  standing.line.sweep(performance.now() + LIMITS.holdMs - 1_000, named("late"), named("nobody"));
  expect(others.ended).toEqual(["waits"]);
  standing.line.sweep(performance.now() + LIMITS.holdMs, named("late"), named("nobody"));
  expect(others.ended).toEqual(["nobody"]);
});

test("who comes to a sleeping revision waits for it to wake, within bounds, and so do those who come soon after", async () => {
  const sleeping = aLine({ idle: true });
  const { ask, ended } = asking(sleeping.line);
  for (let count = 0; count < 40; count += 1) ask();
  await turn();
  expect(() => ask()).toThrow(expect.objectContaining({ code: "too_many_requests" }));
  expect([sleeping.wake.mock.calls.length, sleeping.stands.mock.calls.length]).toEqual([1, 1]);
  const replica = new HandReplica();
  sleeping.become(aRevision({ replicas: [replica] }));
  sleeping.line.pump();
  replica.answer();
  expect(ended.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => "200"));

  const large = aLine({ recovering: true });
  const one = asking(large.line);
  one.ask(900);
  expect(() => one.ask(200)).toThrow(expect.objectContaining({ code: "too_many_requests" }));
});

test("nobody waits for a revision that gets no requests any more, is stopped or has gone: they choose again", async () => {
  for (const next of [undefined, aRevision({ weight: 0, replicas: [new HandReplica()] }), aRevision()]) {
    const { line, become } = aLine({ recovering: true });
    const { ask, ended } = asking(line);
    ask();
    become(next);
    line.pump();
    expect([ended, line.waiting]).toEqual([["ReplicaLostError"], 0]);
  }
});

test("a lost replica tells each of its requests, and the next ones go to another", async () => {
  const [first, second] = [new HandReplica(), new HandReplica()];
  const { line, become } = aLine({ replicas: [first] });
  const { ask, ended } = asking(line);
  ask();
  await turn();
  ask();
  become(aRevision({ replicas: [second] }));
  first.answer(new ReplicaLostError(true));
  await turn();
  second.answer(anAnswer());
  expect(ended).toEqual(["ReplicaLostError", "200"]);
});
