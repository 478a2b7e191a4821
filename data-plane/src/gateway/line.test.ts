/** A revision's line: batches for whoever is free, bounds, deadlines, waiting for a replica to come. */
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { type PredictRequest, ReplicaLostError, type ServingRevision } from "#agent/replica-pool.ts";
import type { Entry } from "./entry.ts";
import { anAnswer, aRevision, HandReplica } from "./fakes.test-kit.ts";
import { Line } from "./line.ts";

const LIMITS = { inFlightMax: 100, lineMsMax: 1_000, holdMs: 5_000, heldMax: 40, heldBytesMax: 1_000 };

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

test("a free replica is sent at once what is there, and of what came meanwhile as much as may go together", async () => {
  const replica = new HandReplica();
  const { line, batch } = aLine({
    replicas: [replica],
    batching: { mode: "auto", requestsMax: 3, delayMsMax: 0 },
  });
  const { ask, ended } = asking(line);
  ask();
  await turn();
  for (let count = 0; count < 7; count += 1) ask();
  await turn();
  expect(replica.batches.map(({ length }) => length)).toEqual([1]);
  for (let count = 0; count < 4; count += 1) {
    replica.answer();
    await turn();
  }
  expect(replica.batches.map(({ length }) => length)).toEqual([1, 3, 3, 1]);
  expect(ended).toEqual(Array.from({ length: 8 }, () => "200"));
  expect(batch.mock.calls.map(([{ requests }]) => requests)).toEqual([1, 3, 3, 1]);
  expect([line.waiting, line.inFlight]).toEqual([0, 0]);
});

test("callers who send one request after another are shared between the replica and the way: none makes it idle", async () => {
  const replica = new HandReplica();
  const { line } = aLine({
    replicas: [replica],
    batching: { mode: "auto", requestsMax: 64, delayMsMax: 1_000 },
  });
  const { ask } = asking(line);
  for (let caller = 0; caller < 40; caller += 1) ask();
  for (let call = 0; call < 30; call += 1) {
    await delay(2);
    const answered = replica.batches.at(-1)?.length ?? 0;
    replica.answer();
    // Those who are answered come back one by one.
    for (let caller = 0; caller < answered; caller += 1) {
      ask();
      await turn();
    }
  }
  expect(replica.batches.slice(10, 30).map(({ length }) => length)).toEqual(
    Array.from({ length: 20 }, () => 20),
  );
});

test("a free replica does not wait long for callers who do not come back", async () => {
  const replica = new HandReplica();
  const { line } = aLine({ replicas: [replica], batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 } });
  const { ask, ended } = asking(line);
  for (let caller = 0; caller < 40; caller += 1) ask();
  for (let call = 0; call < 2; call += 1) {
    await delay(20);
    replica.answer();
  }
  ask();
  await expect.poll(() => replica.batches.length).toBe(3);
  replica.answer();
  expect(ended).toEqual(Array.from({ length: 41 }, () => "200"));
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

test("a burst is let in beyond the places of the replicas while the model is known to be through with it soon", async () => {
  const replica = new HandReplica();
  const limits = { ...LIMITS, inFlightMax: 2, heldMax: 10, lineMsMax: 60_000 };
  const { line } = aLine({ replicas: [replica] }, limits);
  const { ask } = asking(line);
  const full = expect.objectContaining({ code: "too_many_requests" });
  ask();
  ask();
  // Nothing is known of the model yet.
  expect(() => ask()).toThrow(full);
  await turn();
  replica.answer();
  await turn();
  replica.answer();
  for (let count = 0; count < limits.heldMax; count += 1) ask();
  expect(() => ask()).toThrow(full);

  const slow = aLine({ replicas: [new HandReplica()] }, { ...limits, lineMsMax: 0 });
  const other = asking(slow.line);
  other.ask();
  other.ask();
  expect(() => other.ask()).toThrow(full);
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
  await turn();
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

test("a replica whose connection is closed gives all back at once, however many there are", async () => {
  const replica = new HandReplica("off");
  replica.send = (batch) => {
    for (const outgoing of batch) outgoing.settle(new ReplicaLostError(false));
  };
  const { line } = aLine({ replicas: [replica] }, { ...LIMITS, inFlightMax: 20_000, heldBytesMax: 1e6 });
  const { ask, ended } = asking(line);
  for (let caller = 0; caller < 10_000; caller += 1) ask();
  await expect.poll(() => ended.filter((end) => end === "ReplicaLostError").length).toBe(10_000);
});
