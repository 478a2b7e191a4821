/** The gateway over HTTP, in front of a worker's socket whose every byte is kept. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeHead, FrameReader } from "@slipway/contracts/frames";
import { hashToken } from "@slipway/contracts/token";
import { pino } from "pino";
import { request } from "undici";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Endpoint, ServingRevision } from "#agent/replica-pool.ts";
import { WorkerConnection } from "#agent/worker-connection.ts";
import { Callers } from "./callers.ts";
import { anEndpoint, aRevision } from "./fakes.test-kit.ts";
import { createGateway } from "./gateway.ts";
import { Lines } from "./lines.ts";
import { Meter } from "./meter.ts";
import { BodySpace } from "./read-body.ts";
import { Tally } from "./tally.ts";

const LIMITS = {
  inFlightMax: 8,
  lineMsMax: 0,
  requestTimeoutMs: 10_000,
  holdMs: 0,
  heldMax: 0,
  heldBytesMax: 1_000_000,
};
const BODIES_BYTES_MAX = 300_000;
const requestsSchema = z.object({
  requests: z.array(z.looseObject({ id: z.number(), client: z.string().nullable() })),
});
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
async function aGateway(access: Endpoint["access"], values: Partial<ServingRevision> = {}) {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "slipway-gateway-"));
  undo.defer(() => rm(folder, { recursive: true }));
  const received: Buffer[] = [];
  const metas: z.infer<typeof requestsSchema>["requests"] = [];
  const worker = undo.adopt(
    createServer((socket) => {
      const reader = new FrameReader();
      socket.on("data", (chunk) => {
        received.push(chunk);
        for (const { meta } of reader.push(chunk)) {
          const { requests } = requestsSchema.parse(meta);
          metas.push(...requests);
          const answers = requests.map(({ id }) => ({
            id,
            status: 200,
            contentType: "text/plain",
            bytes: 0,
          }));
          socket.write(encodeHead("answers", { answers, rows: null }, 0));
        }
      });
    }),
    close,
  );
  await once(worker.listen(join(folder, "s")), "listening");
  const connection = undo.adopt(await WorkerConnection.open(join(folder, "s")), (open) => open.close());
  const replica = {
    ...{ id: "r1-0", inFlight: 0, batching: null },
    predict: connection.predict.bind(connection),
    send: connection.send.bind(connection),
  };
  const endpoint = anEndpoint([aRevision({ replicas: [replica], ...values })], { access, clients: CLIENTS });
  const endpoints = { find: () => endpoint, changed: () => Promise.resolve(), wake: () => undefined };
  const lines = undo.adopt(new Lines({ endpoints, limits: LIMITS, batch: () => undefined }), (open) =>
    open.close(),
  );
  const server = undo.adopt(
    createGateway({
      endpoints,
      lines,
      requestTimeoutMs: LIMITS.requestTimeoutMs,
      callers: new Callers(Date.now),
      bodies: { bytesMax: 1_000_000, space: new BodySpace(BODIES_BYTES_MAX) },
      tally: new Tally(),
      meter: new Meter(),
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
    metas: () => metas,
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
    {
      id: 0,
      path: "invocations",
      contentType: "application/json",
      requestId: "mine",
      client: "ada",
      bytes: 2,
    },
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

test("bodies that do not fit beside each other are refused, and their space comes back", async () => {
  await using gateway = await aGateway("public");
  const post = (body: string) => request(gateway.url, { method: "POST", headers: JSON_TYPE, body });
  const large = "x".repeat(200_000);
  for (let round = 0; round < 3; round += 1) expect((await post(large)).statusCode).toBe(200);
  const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await post(large)).statusCode));
  expect(statuses).toContain(200);
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
  expect((await post(large)).statusCode).toBe(200);
});

test("V2's paths reach the worker as they are meant, and its metadata comes from the signature", async () => {
  const signature = {
    inputs: [{ name: null, type: "tensor", required: true, tensor: { dtype: "float32", shape: [-1, 784] } }],
    outputs: [{ name: "label", type: "long", required: true, tensor: null }],
    params: [],
  };
  const described = { mlflowVersion: "3.1.0", flavors: ["sklearn"], signature, example: { inputs: [[0]] } };
  await using gateway = await aGateway("public", { described });
  const base = gateway.url.replace("/invocations", "");
  const headers = { "inference-header-content-length": "2", "content-type": "application/octet-stream" };
  const infer = (path: string, value = "2") =>
    request(`${base}/v2/models/${path}/infer`, {
      method: "POST",
      headers: { ...headers, "inference-header-content-length": value },
      body: "{}binary",
    });
  expect((await infer("iris")).statusCode).toBe(200);
  expect((await infer("iris/versions/1")).statusCode).toBe(200);
  expect((await infer("iris", "99")).statusCode).toBe(400);
  expect((await infer("iris/versions/2")).statusCode).toBe(404);
  expect((await infer("other")).statusCode).toBe(404);
  expect(gateway.metas()).toMatchObject([
    { path: "v2/infer", jsonBytes: 2, bytes: 8 },
    { path: "v2/infer", jsonBytes: 2, bytes: 8 },
  ]);
  const get = async (path: string) => (await request(`${base}/${path}`)).body.json();
  expect(await get("v2/models/iris")).toEqual({
    name: "iris",
    versions: ["1"],
    platform: "mlflow_pyfunc",
    inputs: [{ name: "input-0", datatype: "FP32", shape: [-1, 784] }],
    outputs: [{ name: "label", datatype: "INT64", shape: [-1] }],
  });
  expect(await get("v2/models/iris/ready")).toEqual({ name: "iris", ready: true });
  expect(await get("openapi.json")).toMatchObject({
    openapi: "3.1.0",
    info: { title: "iris", version: "1" },
  });
});
