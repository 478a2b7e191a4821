/** Clients of a private endpoint over the real product: made, called with, limited, rotated, expired, removed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, clientSchema, createdClientSchema } from "@slipway/contracts/api/client";
import { deploymentEventSchema } from "@slipway/contracts/api/deployment";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";
import { dumpDatabase, filesWith } from "./database-dump.ts";

const ID = "who";
const PATH = `/groups/${GROUP}/deployments/${ID}`;
const ROWS = { dataframe_split: { columns: ["x"], data: [[1]] } };
/** Intent is handed on within moments; a machine that is busy may need longer. */
const HANDED_ON = { timeout: 20_000, interval: 50 };

interface Token {
  name: string;
  token: string;
}

let product: Product;
let endpoint: string;
const minted: string[] = [];

beforeAll(async () => {
  product = await startProduct();
  await product.api.deploy(GROUP, { name: ID, modelUri: "models:/tells-caller/1" });
  ({ endpoint } = await product.api.until(GROUP, ID, "Deployed", "Failed"));
});
afterAll(() => product[Symbol.asyncDispose]());

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

async function make(body: Record<string, unknown>): Promise<Token> {
  return keep(await product.api.post(`${PATH}/clients`, body));
}

async function rotate(name: string, overlapSeconds: number): Promise<Token> {
  return keep(await product.api.post(`${PATH}/clients/${name}/rotate`, { overlapSeconds }));
}

function keep(answer: unknown): Token {
  const created = createdClientSchema.parse(answer);
  minted.push(created.token);
  return created;
}

const clients = () => product.api.items(`${PATH}/clients`, clientSchema);

async function find(name: string): Promise<Client> {
  const found = (await clients()).find((client) => client.name === name);
  if (found === undefined) throw new Error(`there is no client ${name}`);
  return found;
}

const statusOf = async (client: Token | null) => (await invoke(endpoint, ROWS, client)).status;
const answers = (client: Token, status: number) =>
  expect.poll(() => statusOf(client), HANDED_ON).toBe(status);

test("a client calls with its token, the model is told its name, and the list says when it called", async () => {
  const batch = await make({ name: "batch" });
  expect(batch.token).toMatch(/^slp_client_[A-Za-z0-9_-]{43}$/);
  expect(await find("batch")).toMatchObject({ expiresAt: null, requestsPerMinute: null, lastUsedAt: null });
  await answers(batch, 200);
  const beganMs = Date.now();
  const authorization = `Bearer ${batch.token}`;
  const headers = { authorization, "X-Forwarded-User": "mallory", "X-Remote-User": "mallory" };
  const answer = await send("POST", endpoint, { body: ROWS, headers });
  const [told] = (answer.json as { predictions: string[] }).predictions;
  expect(JSON.parse(told ?? "")).toMatchObject({ client: "batch", headers: { "X-Forwarded-User": "batch" } });
  expect(answer.text).not.toContain("mallory");
  const used = async () => Date.parse((await find("batch")).lastUsedAt ?? "");
  await expect.poll(used, HANDED_ON).toBeGreaterThanOrEqual(beganMs - 1_000);
  expect(await used()).toBeLessThanOrEqual(Date.now());
  expect((await find("batch")).tokenPrefix).toBe(batch.token.slice(0, "slp_client_".length + 6));
});

test("a rotation with overlap leaves both tokens working; one without ends the old at once", async () => {
  const first = await make({ name: "turning" });
  await answers(first, 200);
  const second = await rotate("turning", 600);
  await answers(second, 200);
  expect(await statusOf(first)).toBe(200);
  expect((await find("turning")).previousTokenExpiresAt).not.toBeNull();
  const third = await rotate("turning", 0);
  await answers(second, 401);
  expect([await statusOf(first), await statusOf(third)]).toEqual([401, 200]);
  expect(await find("turning")).toMatchObject({
    previousTokenExpiresAt: null,
    tokenPrefix: third.token.slice(0, 17),
  });
});

test("an overlap ends by itself, and never after the client's own expiry", async () => {
  const old = await make({ name: "short", expiresAt: inSeconds(3_600) });
  const next = await rotate("short", 7_200);
  const { expiresAt, previousTokenExpiresAt } = await find("short");
  expect(previousTokenExpiresAt).toBe(expiresAt);
  await answers(next, 200);
  const last = await rotate("short", 2);
  await answers(last, 200);
  await answers(next, 401);
  expect([await statusOf(old), await statusOf(last)]).toEqual([401, 200]);
  expect((await find("short")).previousTokenExpiresAt).toBeNull();
  // What still overlaps follows an expiry that is drawn nearer.
  await rotate("short", 1_800);
  const nearer = inSeconds(60);
  await product.api.patch(`${PATH}/clients/short`, { expiresAt: nearer });
  expect(await find("short")).toMatchObject({ expiresAt: nearer, previousTokenExpiresAt: nearer });
});

test("a limit answers 429 with a Retry-After that is true, and holds no one else up", async () => {
  const [limited, other] = [await make({ name: "limited" }), await make({ name: "other" })];
  await answers(other, 200);
  const patched = await product.api.patch(`${PATH}/clients/limited`, { requestsPerMinute: 10 });
  expect(clientSchema.parse(patched)).toMatchObject({ name: "limited", requestsPerMinute: 10 });
  await answers(limited, 429);
  const refused = await invoke(endpoint, ROWS, limited);
  expect(refused.json).toMatchObject({ code: "too_many_requests" });
  const seconds = Number(refused.headers["retry-after"]);
  expect(refused.json).toMatchObject({ retryAfterSeconds: seconds });
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(6);
  expect(await statusOf(other)).toBe(200);
  await sleep(seconds * 1_000);
  expect(await statusOf(limited)).toBe(200);
  await product.api.patch(`${PATH}/clients/limited`, { requestsPerMinute: null });
  await expect
    .poll(() => Promise.all([1, 2, 3].map(() => statusOf(limited))), HANDED_ON)
    .toEqual([200, 200, 200]);
});

test("an expired client is refused like an unknown one, and works again with a later expiry", async () => {
  const brief = await make({ name: "brief" });
  await answers(brief, 200);
  const expiresAt = inSeconds(2);
  await product.api.patch(`${PATH}/clients/brief`, { expiresAt });
  await sleep(Math.max(0, Date.parse(expiresAt) - Date.now()));
  await answers(brief, 401);
  const [expired, unknown] = [
    await invoke(endpoint, ROWS, brief),
    await invoke(endpoint, ROWS, { name: "nobody", token: "slp_client_unknown" }),
  ];
  expect(expired.status).toBe(401);
  expect({ ...(expired.json as object), requestId: "" }).toEqual({
    ...(unknown.json as object),
    requestId: "",
  });
  const rotation = await product.api.problemOf("POST", `${PATH}/clients/brief/rotate`, { overlapSeconds: 0 });
  expect(rotation).toMatchObject({ status: 409, code: "conflict" });
  await product.api.patch(`${PATH}/clients/brief`, { expiresAt: null });
  await answers(brief, 200);
});

test("what is wrong is refused with the field at fault, and changes nothing", async () => {
  const past = await product.api.problemOf("POST", `${PATH}/clients`, {
    name: "late",
    expiresAt: inSeconds(-1),
  });
  expect(past).toMatchObject({ status: 400, code: "invalid_request", errors: [{ field: "expiresAt" }] });
  const { api } = product;
  await make({ name: "kept" });
  const before = await find("kept");
  for (const [body, field] of [
    [{ expiresAt: inSeconds(-1) }, "expiresAt"],
    [{ requestsPerMinute: 0 }, "requestsPerMinute"],
    [{ requestsPerMinute: 1.5 }, "requestsPerMinute"],
  ] as const) {
    const problem = await api.problemOf("PATCH", `${PATH}/clients/kept`, body);
    expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
  }
  expect((await api.problemOf("POST", `${PATH}/clients`, { name: "kept" })).code).toBe("name_taken");
  for (const [method, path, body] of [
    ["PATCH", "none", {}],
    ["DELETE", "none", undefined],
    ["POST", "none/rotate", {}],
  ] as const) {
    expect(await api.problemOf(method, `${PATH}/clients/${path}`, body)).toMatchObject({ status: 404 });
  }
  expect(await find("kept")).toEqual(before);
  expect((await clients()).map(({ name }) => name)).not.toContain("late");
});

test("a removed client is refused, and another of its name begins with nothing of it", async () => {
  const first = await make({ name: "again" });
  await answers(first, 200);
  await expect.poll(async () => (await find("again")).lastUsedAt, HANDED_ON).not.toBeNull();
  await product.api.delete(`${PATH}/clients/again`);
  await answers(first, 401);
  // The last use is noted to the second.
  await sleep(1_100);
  const second = await make({ name: "again" });
  expect((await find("again")).lastUsedAt).toBeNull();
  expect(await statusOf(first)).toBe(401);
  await answers(second, 200);
  await expect.poll(async () => (await find("again")).lastUsedAt, HANDED_ON).not.toBeNull();
});

test("each change is an event that tells who and what, and no token", async () => {
  const events = await product.api.items(`${PATH}/events`, deploymentEventSchema);
  const kinds = events.map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(["client.created", "client.changed", "client.rotated", "client.removed"]),
  );
  const changed = events.findLast(({ kind }) => kind === "client.changed");
  expect(changed).toMatchObject({ actor: "admin" });
  expect(events.map(({ message }) => message).join("\n")).toMatch(
    /'limited': no expiry, at most 10 requests/,
  );
});

test("neither the database nor a log nor what the data plane keeps holds a token", async () => {
  expect(minted.length).toBeGreaterThan(8);
  // What stands behind the prefix that people recognise a token by.
  const secrets = [...minted, product.api.token].map((token) => token.replace(/^slp_[a-z]+_/, "").slice(6));
  const dump = await dumpDatabase(product.settings.databaseUrl ?? "");
  const [clientTable] = [...dump].filter(([name]) => name === "public.client").map(([, text]) => text);
  expect(clientTable).toContain("limited");
  for (const [table, text] of dump) {
    expect(
      secrets.filter((secret) => text.includes(secret)),
      table,
    ).toEqual([]);
  }
  const { home } = product.settings;
  const assignments = readFileSync(join(home, "data-plane", "assignments.json"), "utf8");
  expect(assignments).toContain("limited");
  expect(secrets.filter((secret) => assignments.includes(secret))).toEqual([]);
  for (const folder of [join(home, "logs"), join(home, "data-plane", "logs")]) {
    expect(filesWith(folder, secrets)).toEqual([]);
  }
});
