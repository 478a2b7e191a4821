/** Logs over the product's API: live through an update, kept when replicas are gone, inert, and only for the group. */
import { logFileSchema } from "@slipway/contracts/api/deployment";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api, invoke, send } from "#src/api.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const ID = "noisy";
const PATH = `/groups/${GROUP}/deployments/${ID}`;
const PASSWORD = "a password of a user";
const PRINTED = "<script>alert(1)</script> noisy:";
let product: Product;
let endpoint: string;

beforeAll(async () => {
  product = await startProduct();
  await product.api.deploy(GROUP, { name: ID, modelUri: "models:/noisy/1", access: "public" });
  ({ endpoint } = await product.api.until(GROUP, ID, "Deployed", "Failed"));
});
afterAll(() => product[Symbol.asyncDispose]());

/** Lets the model print a text. */
async function say(text: string): Promise<void> {
  expect((await invoke(endpoint, { dataframe_records: [{ say: text }] }, null)).status).toBe(200);
}

function read(path: string, api = product.api) {
  return send("GET", `${api.base}${PATH}/${path}`, { headers: { authorization: `Bearer ${api.token}` } });
}

/** Follows a log in the background; `text` is what has come until now. */
async function follow(path: string) {
  const leaving = new AbortController();
  const { body } = await request(`${product.api.base}${PATH}/${path}`, {
    headers: { authorization: `Bearer ${product.api.token}` },
    signal: leaving.signal,
    bodyTimeout: 0,
  });
  const followed = { text: "", leave: () => leaving.abort() };
  body.on("data", (chunk) => (followed.text += String(chunk)));
  body.on("error", () => undefined); // leaving breaks it
  return followed;
}

test("together, followed live, has the lines of the old and the new revision through an update, and each once", async () => {
  const followed = await follow("logs?follow=true&tail=5");
  await say("before the update");
  await expect.poll(() => followed.text).toContain(`r1-0 ${PRINTED} before the update`);
  await product.api.patch(PATH, {
    variables: [{ name: "GREETING", value: "hello" }],
    warmSeconds: 0,
  });
  await product.api.untilTrue(GROUP, ID, ({ servingRevision }) => servingRevision === 2);
  await say("after the update");
  await expect.poll(() => followed.text).toContain(`r2-0 ${PRINTED} after the update`);
  followed.leave();
  const lines = followed.text.trimEnd().split("\n");
  expect(lines.filter((line) => line.endsWith("the update"))).toHaveLength(2);
  expect(lines).toContainEqual(
    expect.stringMatching(/Z build-2 slipway: environment done after .* s: Cached/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/Z r2-0 slipway: ready\./));
  const times = lines.map((line) => line.slice(0, 24));
  expect(times).toEqual([...times].sort());
});

test("one replica is followed live", async () => {
  const followed = await follow("replicas/r2-0/logs?follow=true&tail=1");
  await say("one\ntwo");
  await expect.poll(() => followed.text).toMatch(/noisy: one\n\S+Z two\n$/);
  followed.leave();
});

test("the list has every log that is kept: of replicas, also dead ones, and of builds", async () => {
  await expect
    .poll(async () => (await read("replicas/r1-0/logs?tail=1")).text)
    .toMatch(/the replica has ended\n$/);
  const files = await product.api.items(`${PATH}/log-files`, logFileSchema);
  expect(files.map(({ name, kind, revision }) => [name, kind, revision]).sort()).toEqual([
    ["build-1", "build", 1],
    ["build-2", "build", 2],
    ["r1-0", "replica", 1],
    ["r2-0", "replica", 2],
  ]);
  expect(files.every(({ bytes }) => bytes > 0)).toBe(true);
  const changes = files.map(({ changedAt }) => changedAt);
  expect(changes).toEqual([...changes].sort().reverse());
});

test("a log is downloaded whole, as an attachment with the name of the deployment and the log", async () => {
  const { headers, text } = await read("replicas/r1-0/logs?download=true&tail=1");
  expect(headers["content-disposition"]).toBe('attachment; filename="noisy-r1-0.log"');
  expect(text).toBe((await read("replicas/r1-0/logs?tail=100000")).text);
  const [file] = (await product.api.items(`${PATH}/log-files`, logFileSchema)).filter(
    ({ name }) => name === "r1-0",
  );
  expect(Buffer.byteLength(text)).toBe(file?.bytes);
});

test.each(["logs", "replicas/r1-0/logs", "replicas/r1-0/logs?download=true", "replicas/build-1/logs"])(
  "%s is text that no browser runs and no terminal obeys",
  async (path) => {
    const { status, headers, text } = await read(path);
    expect([status, headers["content-type"], headers["x-content-type-options"]]).toEqual([
      200,
      "text/plain; charset=utf-8",
      "nosniff",
    ]);
    expect(text.match(/[^\P{Cc}\n\t]/gu)).toBeNull();
    if (!path.includes("build")) expect(text).toContain(PRINTED);
  },
);

test.each(["r9-9", "build-9", "..%2F..%2Fsecrets.key", "r1-0%22%0d%0aX-Header:%20y"])(
  "a log '%s' is not there",
  async (name) => {
    const { status, json } = await read(`replicas/${name}/logs?download=true`);
    expect([status, json]).toEqual([404, expect.objectContaining({ code: "replica_not_found" })]);
  },
);

describe("of two users", () => {
  const PATHS = [
    "logs",
    "log-files",
    "replicas/r1-0/logs",
    "replicas/r1-0/logs?download=true",
    "replicas/build-1/logs",
  ];

  test("the member of the group reads the logs, the other one does not, nor does anybody unknown", async () => {
    const { api, origin } = product;
    for (const username of ["vera", "otto"]) await api.post("/users", { username, password: PASSWORD });
    await api.patch(`/groups/${GROUP}`, { members: [{ username: "vera", role: "member" }] });
    const [vera, otto] = [
      await Api.signIn(origin, "vera", PASSWORD),
      await Api.signIn(origin, "otto", PASSWORD),
    ];
    for (const path of PATHS) {
      expect((await read(path, vera)).status).toBe(200);
      const refused = await read(path, otto);
      expect([refused.status, refused.json]).toEqual([
        404,
        expect.objectContaining({ code: "group_not_found" }),
      ]);
      expect((await send("GET", `${api.base}${PATH}/${path}`)).status).toBe(401);
    }
  });
});
