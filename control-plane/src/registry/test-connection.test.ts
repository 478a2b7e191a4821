import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterAll, expect, inject, test } from "vitest";
import { useDatabase } from "#store/testing/database.ts";
import { createRegistry } from "./registry.ts";
import { listen, startProxy, stop } from "./testing/proxy.ts";
import { aBinding } from "./testing/registry.ts";

const uri = inject("mlflowUri");
const { database, close } = await useDatabase();
const registry = createRegistry({
  database,
  timeouts: { connectMs: 1_000, answerMs: 1_000, wholeMs: 2_000 },
});
afterAll(async () => {
  await registry.close();
  await close();
});

async function causeAt(address: string, variables: Record<string, string> = {}) {
  const result = await registry.testConnection(aBinding(address, { variables }));
  expect(result).toMatchObject({
    reachable: false,
    trackingUri: address,
    detail: expect.stringMatching(/\.$/),
  });
  return result.cause;
}

test("a real MLflow is reachable, with its version and how many models it has", async () => {
  expect(await registry.testConnection(aBinding(uri))).toMatchObject({
    reachable: true,
    version: expect.stringMatching(/^\d+\.\d+/),
    registeredModels: expect.stringMatching(/^\d+\+?$/),
    cause: null,
    detail: null,
  });
});

test("a name that nobody knows is told apart", async () => {
  expect(await causeAt("http://mlflow.invalid:5000")).toBe("name_not_resolved");
});

test("a closed port is told apart", async () => {
  const server = createServer();
  const closed = await listen(server);
  await stop(server);
  expect(await causeAt(closed)).toBe("connection_refused");
});

test("a server that never answers is told apart", async () => {
  const silent = createTcpServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(await causeAt(`http://127.0.0.1:${port}`)).toBe("timed_out");
  silent.close();
});

test("https towards a server without TLS is told apart", async () => {
  expect(await causeAt(uri.replace("http:", "https:"))).toBe("tls");
});

test("what does not speak HTTP is told apart", async () => {
  const greeter = createTcpServer((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
  await new Promise<void>((resolve) => greeter.listen(0, "127.0.0.1", resolve));
  const address = greeter.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(await causeAt(`http://127.0.0.1:${port}`)).toBe("not_mlflow");
  greeter.close();
});

test.each([
  ["a web page", 200, "<h1>Welcome</h1>"],
  ["an unknown path", 404, "<h1>Not found</h1>"],
  ["JSON of another program", 200, '{"status":"ok"}'],
  ["a list", 200, "[]"],
])("a server that answers with %s is not taken for an MLflow", async (_, status, body) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  expect(await causeAt(await listen(server))).toBe("not_mlflow");
  await stop(server);
});

test("a redirect to a sign-in page elsewhere is not followed, and no credentials go there", async () => {
  const asked: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end("{}");
  });
  const target = await listen(elsewhere);
  const server = createServer((_request, response) => response.writeHead(302, { location: target }).end());
  expect(await causeAt(await listen(server), { MLFLOW_TRACKING_TOKEN: "secret" })).toBe("not_mlflow");
  expect(asked).toEqual([]);
  await Promise.all([stop(server), stop(elsewhere)]);
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [500, "server_error"],
  [503, "server_error"],
])("an answer %i is called %s", async (status, cause) => {
  const server = createServer((_request, response) => response.writeHead(status).end("no"));
  expect(await causeAt(await listen(server))).toBe(cause);
  await stop(server);
});

test("wrong credentials are unauthorized, right ones pass, and basic wins over a token", async () => {
  await using proxy = await startProxy(uri, { credentials: "ann:right" });
  const basic = (password: string) => ({
    MLFLOW_TRACKING_USERNAME: "ann",
    MLFLOW_TRACKING_PASSWORD: password,
    MLFLOW_TRACKING_TOKEN: "ignored",
  });
  expect(await causeAt(proxy.url, basic("wrong"))).toBe("unauthorized");
  const right = await registry.testConnection(aBinding(proxy.url, { variables: basic("right") }));
  expect(right.reachable).toBe(true);
});

test("a path too many is told together with the address that works", async () => {
  const result = await registry.testConnection(aBinding(`${uri}/mlflow`));
  expect(result).toMatchObject({ cause: "not_mlflow", detail: expect.stringContaining(`write ${uri} as`) });
});

test("a workspace on an MLflow without workspaces is told in MLflow's words", async () => {
  const result = await registry.testConnection(aBinding(uri, { workspace: "team-a" }));
  expect(result).toMatchObject({
    reachable: false,
    cause: "other",
    detail: expect.stringContaining("orkspaces"),
  });
});
