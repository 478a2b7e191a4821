/** The gateway over HTTP, in front of a worker's socket whose every byte is kept. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestMetaSchema } from "@slipway/contracts/frame";
import { hashToken } from "@slipway/contracts/token";
import { pino } from "pino";
import { request } from "undici";
import { expect, test } from "vitest";
import { encodeHead, type Frame, FrameReader } from "#agent/frames.ts";
import type { Endpoint } from "#agent/replica-pool.ts";
import { WorkerConnection } from "#agent/worker-connection.ts";
import { Callers } from "./callers.ts";
import { createGateway } from "./gateway.ts";
import { Tally } from "./tally.ts";

const LIMITS = {
  inFlightMax: 8,
  requestTimeoutMs: 10_000,
  bodyBytesMax: 1_000,
  holdMs: 0,
  heldMax: 0,
  heldBytesMax: 0,
};
const TOKEN = "slp_client_of-ada";
const CLIENTS = [
  { name: "ada", tokens: [{ hash: hashToken(TOKEN), expiresAt: null }], requestsPerMinute: null },
];
const SPOOFED = {
  "x-forwarded-user": "mallory",
  "x-remote-user": "mallory",
  "remote-user": "mallory",
  "x-forwarded-email": "mallory@example.org",
  "x-slipway-client": "mallory",
  "x-forwarded-for": "mallory",
  cookie: "user=mallory",
  forwarded: "for=mallory",
};

/** A gateway before one replica; `received` holds all that its worker is sent. */
async function aGateway(access: Endpoint["access"]) {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "slipway-gateway-"));
  undo.defer(() => rm(folder, { recursive: true }));
  const received: Buffer[] = [];
  const frames: Frame[] = [];
  const worker = undo.adopt(
    createServer((socket) => {
      const reader = new FrameReader();
      socket.on("data", (chunk) => {
        received.push(chunk);
        for (const frame of reader.push(chunk)) {
          frames.push(frame);
          socket.write(encodeHead("answer", frame.id, { status: 200, contentType: "text/plain" }, 0));
        }
      });
    }),
    close,
  );
  await once(worker.listen(join(folder, "s")), "listening");
  const connection = undo.adopt(await WorkerConnection.open(join(folder, "s")), (open) => open.close());
  const replica = {
    id: "r1-0",
    mlflowVersion: "3",
    inFlight: 0,
    predict: connection.predict.bind(connection),
  };
  const standing = { mirrorPercent: 0, fallback: false, recovering: false };
  const revisions = [{ number: 1, weight: 100, ...standing, replicas: [replica] }];
  const endpoint: Endpoint = { id: "iris", access, clients: CLIENTS, rollout: null, revisions };
  const server = undo.adopt(
    createGateway({
      endpoints: { find: () => endpoint, changed: () => Promise.resolve() },
      callers: new Callers(Date.now),
      limits: LIMITS,
      tally: new Tally(),
      isReady: () => true,
      logger: pino({ enabled: false }),
    }),
    close,
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const kept = undo.move();
  return {
    url: `http://127.0.0.1:${port}/deployment/iris/invocations`,
    received: () => Buffer.concat(received).toString("latin1"),
    metas: () => frames.map(({ meta }) => requestMetaSchema.parse(meta)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function close(server: Server): Promise<void> {
  if ("closeAllConnections" in server && typeof server.closeAllConnections === "function")
    server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

const JSON_TYPE = { "content-type": "application/json" };

test("no header of a caller reaches the worker, and the client's name that the gateway knows does", async () => {
  await using gateway = await aGateway("private");
  const headers = { ...JSON_TYPE, ...SPOOFED, authorization: `Bearer ${TOKEN}`, "x-request-id": "mine" };
  const answer = await request(gateway.url, { method: "POST", headers, body: "{}" });
  expect(answer.statusCode).toBe(200);
  expect(gateway.metas()).toEqual([
    { path: "invocations", contentType: "application/json", requestId: "mine", client: "ada" },
  ]);
  expect(gateway.received()).not.toMatch(/mallory|of-ada/);
  expect(JSON.stringify(answer.headers)).not.toMatch(/mallory|ada/);
});

test("nobody is somebody on a public endpoint, whatever they say or send", async () => {
  await using gateway = await aGateway("public");
  for (const authorization of [{}, { authorization: `Bearer ${TOKEN}` }]) {
    const headers = { ...JSON_TYPE, ...SPOOFED, ...authorization };
    expect((await request(gateway.url, { method: "POST", headers, body: "{}" })).statusCode).toBe(200);
  }
  expect(gateway.metas().map(({ client }) => client)).toEqual([null, null]);
  expect(gateway.received()).not.toMatch(/mallory|ada/);
});
