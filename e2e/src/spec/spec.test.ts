/** What a spec says reaches the model's process, and what is secret in it reaches nothing else. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const ID = "sized";
const PATH = `/groups/${GROUP}/deployments/${ID}`;
const MIB = 1024 ** 2;
const SECRETS = ["a first secret that nobody reads", "a second secret that nobody reads"] as const;
const PLAIN = { name: "SPEC_TEST_LEVEL", secret: false, value: randomUUID() };

let product: Product;

beforeAll(async () => {
  product = await startProduct();
  const { api } = product;
  await api.post("/instance-types", { name: "threaded", cpuThreads: 2, memoryBytes: 1024 * MIB });
  await api.post("/instance-types", { name: "too-small", cpuThreads: 1, memoryBytes: 128 * MIB });
  await api.post(`/groups/${GROUP}/deployments`, {
    name: ID,
    modelUri: "models:/iris-unsigned/1",
    instanceType: "threaded",
    variables: [PLAIN, { name: "SPEC_TEST_TOKEN", value: SECRETS[0] }],
    warmSeconds: 0,
  });
});
afterAll(() => product[Symbol.asyncDispose]());

/** Waits until a revision serves, or has failed to. */
function settled(revision: number) {
  return product.api.untilTrue(
    GROUP,
    ID,
    ({ status, latestRevision, rollout }) =>
      status !== "Deploying" && latestRevision === revision && rollout?.state !== "running",
  );
}

/** The environment of each of the deployment's workers. */
function workerEnvironments(): Record<string, string>[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && read(join("/proc", name, "cmdline")).includes("slipway_worker"))
    .map((pid) => read(join("/proc", pid, "environ")).split("\0"))
    .map((lines) => Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2))))
    .filter(({ SPEC_TEST_LEVEL }) => SPEC_TEST_LEVEL === PLAIN.value);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // a process that has ended meanwhile
  }
}

test("variables and CPU threads reach the model's process", async () => {
  expect(await settled(1)).toMatchObject({ status: "Deployed", servingRevision: 1 });
  expect(workerEnvironments()).toEqual([
    expect.objectContaining({
      ...{ SPEC_TEST_TOKEN: SECRETS[0] },
      ...{ OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2", MKL_NUM_THREADS: "2" },
    }),
  ]);
});

test("a secret is kept by an update that does not give it, and replaced by one that does", async () => {
  const { api } = product;
  await api.patch(PATH, { variables: [PLAIN, { name: "SPEC_TEST_TOKEN" }], instanceType: "small" });
  expect(await settled(2)).toMatchObject({ status: "Deployed", servingRevision: 2 });
  const held = async () => workerEnvironments().map(({ SPEC_TEST_TOKEN }) => SPEC_TEST_TOKEN);
  await expect.poll(held, { timeout: 60_000 }).toEqual([SECRETS[0]]);
  await api.patch(PATH, { variables: [PLAIN, { name: "SPEC_TEST_TOKEN", value: SECRETS[1] }] });
  expect(await settled(3)).toMatchObject({ status: "Deployed", servingRevision: 3 });
  await expect.poll(held, { timeout: 60_000 }).toEqual([SECRETS[1]]);
});

test("a revision that needs more memory than its instance type has fails, and the old one goes on", async () => {
  await product.api.patch(PATH, { instanceType: "too-small" });
  const seen = await settled(4);
  expect(seen).toMatchObject({ status: "Deployed", servingRevision: 3, rollout: { state: "failed" } });
  expect(seen.rollout).toMatchObject({ reason: "MemoryExceeded" });
  expect(seen.message).toContain("128 MiB");
});

test("secrets are in no answer, no event, no log, and in the clear neither on disk nor in the database", async () => {
  const { api, settings } = product;
  const answers = await Promise.all(
    ["", "/revisions", "/rollouts", "/events", "/replicas", "/clients"].map((part) => api.get(PATH + part)),
  );
  const folders = ["logs", "data-plane/logs"].map((folder) => join(settings.home, folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const kept = [...files, join(settings.home, "data-plane", "assignments.json")].map((file) =>
    readFileSync(file, "utf8"),
  );
  const everything = [JSON.stringify(answers), ...kept, await databaseAsText(settings.databaseUrl ?? "")];
  const [shown] = everything;
  expect(shown).toContain(PLAIN.value);
  expect(kept.join()).toContain("SPEC_TEST_TOKEN");
  for (const text of everything) for (const secret of SECRETS) expect(text).not.toContain(secret);
});

/** Every row of what a spec is kept in. */
async function databaseAsText(url: string): Promise<string> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    const { rows } = await connection.query<{ row: string }>(
      `select r::text as row from revision r union all select d::text from deployment d
       union all select e::text from deployment_event e union all select f::text from deployment_fact f`,
    );
    const text = rows.map(({ row }) => row).join("\n");
    expect(text).toContain("SPEC_TEST_TOKEN");
    return text;
  } finally {
    await connection.end();
  }
}
