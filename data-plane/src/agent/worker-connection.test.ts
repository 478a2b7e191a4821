import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FRAME_KIND } from "@slipway/contracts/frame";
import { encodeHead, type Frame, FrameReader } from "@slipway/contracts/frames";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PredictRequest, type ReplicaAnswer, ReplicaLostError } from "./replica-pool.ts";
import { WorkerConnection } from "./worker-connection.ts";

/** A worker that answers only when the test says so. */
async function aWorker(folder: string) {
  const path = join(folder, "s");
  const received: Frame[] = [];
  const waiting: (() => void)[] = [];
  let socket: Socket | undefined;
  const server = createServer((connected) => {
    socket = connected;
    const reader = new FrameReader();
    connected.on("data", (chunk) => {
      received.push(...reader.push(chunk));
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const connection = await WorkerConnection.open(path);
  return {
    connection,
    server,
    /** Waits until that many frames have come. */
    async frames(count: number): Promise<Frame[]> {
      while (received.length < count) await new Promise<void>((wake) => waiting.push(wake));
      return received;
    },
    /** Answers requests in one frame. */
    answer(...answers: [id: number, body: string][]): void {
      const bodies = answers.map(([, body]) => Buffer.from(body));
      const metas = answers.map(([id, body]) => ({
        ...{ id, status: 200, contentType: "text/plain" },
        bytes: Buffer.byteLength(body),
      }));
      const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
      socket?.write(Buffer.concat([encodeHead("answers", { answers: metas, rows: null }, bytes), ...bodies]));
    },
    write: (bytes: Buffer) => socket?.write(bytes),
    die: () => socket?.destroy(),
    stopReading: () => socket?.pause(),
  };
}

const request: PredictRequest = {
  ...{ path: "invocations", contentType: "application/json", requestId: "r", client: null, jsonBytes: null },
  body: Buffer.from("{}"),
};
const never = new AbortController().signal;
let folder = "";
let worker: Awaited<ReturnType<typeof aWorker>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-wire-"));
  worker = await aWorker(folder);
});
afterEach(async () => {
  worker.connection.close();
  worker.server.close();
  await rm(folder, { recursive: true });
});

test("answers find their requests in any order", async () => {
  const asked = [0, 1, 2].map(() => worker.connection.predict(request, never));
  const frames = await worker.frames(3);
  expect(frames).toHaveLength(3);
  worker.answer([2, "answer 2"], [0, "answer 0"]);
  worker.answer([1, "answer 1"]);
  const answers = await Promise.all(asked);
  expect(answers.map(({ body }) => body.toString())).toEqual(["answer 0", "answer 1", "answer 2"]);
  expect(worker.connection.inFlight).toBe(0);
});

test("an answer tells whether all of its request had been taken", async () => {
  const first = worker.connection.predict(request, never);
  await worker.frames(1);
  worker.answer([0, "after reading"]);
  expect((await first).isWritten).toBe(true);
  worker.stopReading();
  const second = worker.connection.predict({ ...request, body: Buffer.alloc(16 * 1024 ** 2) }, never);
  worker.answer([1, "before reading"]);
  expect((await second).isWritten).toBe(false);
});

test("a request that is given up is cancelled, and counts until the worker has let go of it", async () => {
  const leaving = new AbortController();
  const asked = worker.connection.predict(request, leaving.signal);
  leaving.abort(new Error("the caller left"));
  await expect(asked).rejects.toThrow("the caller left");
  const frames = await worker.frames(2);
  expect(frames.map(({ kind }) => kind)).toEqual([FRAME_KIND.requests, FRAME_KIND.cancel]);
  expect(worker.connection.inFlight).toBe(1);
  expect(worker.connection.busyForMs).toBeGreaterThan(0);
  const next = worker.connection.predict(request, never);
  worker.answer([0, "late"], [1, "mine"]);
  expect((await next).body.toString()).toBe("mine");
  expect([worker.connection.inFlight, worker.connection.busyForMs]).toEqual([0, 0]);
});

test("requests in flight are told when the worker dies, and later ones that they were never written", async () => {
  const asked = worker.connection.predict(request, never);
  await worker.frames(1);
  worker.die();
  await expect(asked).rejects.toEqual(expect.objectContaining({ name: "ReplicaLostError", written: true }));
  const late = worker.connection.predict(request, never);
  await expect(late).rejects.toBeInstanceOf(ReplicaLostError);
  await expect(late).rejects.toMatchObject({ written: false });
});

test("whoever sent a request is told as himself, also when the worker dies or has died", async () => {
  class Sender {
    readonly request = request;
    told: unknown;
    settle(outcome: ReplicaAnswer | Error): void {
      this.told = outcome;
    }
  }
  const [inFlight, late] = [new Sender(), new Sender()];
  worker.connection.send([inFlight]);
  await worker.frames(1);
  worker.die();
  await expect.poll(() => inFlight.told).toMatchObject({ written: true });
  worker.connection.send([late]);
  expect(late.told).toMatchObject({ written: false });
});

test("requests that are sent together are one frame, and each knows of the call that answered it", async () => {
  const settled: string[] = [];
  const settle = (outcome: ReplicaAnswer | Error) =>
    settled.push(outcome instanceof Error ? outcome.name : `${outcome.body} of ${outcome.batch.requests}`);
  worker.connection.send(
    ["one", "", "three"].map((body) => ({ request: { ...request, body: Buffer.from(body) }, settle })),
  );
  const [frame] = await worker.frames(1);
  expect(frame?.body.toString()).toBe("onethree");
  expect(frame?.meta).toMatchObject({
    requests: [
      { id: 0, bytes: 3 },
      { id: 1, bytes: 0 },
      { id: 2, bytes: 5 },
    ],
  });
  const next = worker.connection.predict(request, never);
  worker.answer([0, "a"], [2, "c"]);
  worker.answer([1, "b"], [3, "d"]);
  await next;
  expect(settled).toEqual(["a of 2", "c of 2", "b of 2"]);
});

test("an answer that is longer than its frame is not believed", async () => {
  const asked = worker.connection.predict(request, never);
  await worker.frames(1);
  const answers = [{ id: 0, status: 200, contentType: "text/plain", bytes: 10 }];
  worker.write(encodeHead("answers", { answers, rows: null }, 0));
  await expect(asked).rejects.toBeInstanceOf(ReplicaLostError);
});

test("a worker that writes nonsense is not believed any more", async () => {
  const asked = worker.connection.predict(request, never);
  await worker.frames(1);
  worker.write(Buffer.alloc(64, 0xff));
  await expect(asked).rejects.toBeInstanceOf(ReplicaLostError);
});
