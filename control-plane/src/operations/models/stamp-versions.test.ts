import { deploymentIdSchema } from "@slipway/contracts/ids";
import { expect, test } from "vitest";
import { startProxy } from "#registry/testing/proxy.ts";
import { purgeDeployment, updateDeployment } from "#store/deployment-store.ts";
import { deleteBinding } from "#store/group-store.ts";
import { saveStamp } from "#store/version-stamp-store.ts";
import { useStamps } from "#testing/stamps.ts";

const {
  uri,
  seed,
  database,
  names,
  clock,
  said,
  newGroup,
  bind,
  serve,
  stamps,
  setByHand,
  newVersions,
  newKeeper,
  rows,
} = await useStamps();
const TEN_MINUTES_MS = 600_000;

const stop = (id: string) => updateDeployment(database, deploymentIdSchema.parse(id), { desired: "stopped" });

test("what gets requests is stamped, follows a canary to its end, and is not any more once stopped", async () => {
  const keeper = newKeeper();
  await bind();
  await keeper.look();
  expect(await stamps()).toEqual({});
  await serve("prod", { 1: 100, 3: 0 });
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  await serve("prod", { 1: 90, 2: 10 });
  await serve("beta", { 2: 100 });
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod", 2: "beta,prod" });
  await serve("prod", { 2: 100, 1: 0 });
  await keeper.look();
  expect(await stamps()).toEqual({ 2: "beta,prod" });
  await stop("prod");
  await keeper.look();
  expect(await stamps()).toEqual({ 2: "beta" });
  await purgeDeployment(database, deploymentIdSchema.parse("beta"));
  await keeper.look();
  expect(await stamps()).toEqual({});
  expect(await rows()).toEqual([]);
});

test("without the setting nothing is written, and what was is taken away when it is turned off", async () => {
  await using proxy = await startProxy(uri);
  const keeper = newKeeper();
  await bind({ trackingUri: proxy.url, writeBack: false });
  await serve("prod", { 1: 100 }, { trackingUri: proxy.url });
  await keeper.look();
  expect([proxy.paths, await rows()]).toEqual([[], []]);
  await bind({ trackingUri: proxy.url });
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  await bind({ trackingUri: proxy.url, writeBack: false });
  await keeper.look();
  expect([await stamps(), await rows()]).toEqual([{}, []]);
});

test("only what changes is asked and written; what people change is put right within ten minutes", async () => {
  await using proxy = await startProxy(uri);
  const keeper = newKeeper();
  await bind({ trackingUri: proxy.url });
  await serve("prod", { 1: 100 }, { trackingUri: proxy.url });
  await keeper.look();
  expect(proxy.paths.filter((path) => path.endsWith("set-tag"))).toHaveLength(1);
  const asked = proxy.paths.length;
  await setByHand(1, "x");
  await keeper.look();
  expect(proxy.paths).toHaveLength(asked);
  clock.ms += TEN_MINUTES_MS;
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  clock.ms += TEN_MINUTES_MS;
  await keeper.look();
  expect(proxy.paths.filter((path) => path.endsWith("set-tag"))).toHaveLength(2);
});

test("what was begun before a crash is ended by the next start", async () => {
  await bind();
  await serve("prod", { 2: 100 });
  const row = {
    groupName: names.group,
    trackingUri: uri,
    workspace: null,
    modelName: names.model,
    stampedAt: new Date(),
  };
  // Saved, but not yet written to MLflow: of one that serves, of one that does not any more.
  await saveStamp(database, { ...row, number: 2, value: "prod" });
  await saveStamp(database, { ...row, number: 3, value: "prod" });
  // Written, and taken away from no list yet.
  await saveStamp(database, { ...row, number: 1, value: "prod" });
  await setByHand(1, "prod");
  await newKeeper().look();
  expect(await stamps()).toEqual({ 2: "prod" });
  expect((await rows()).map(({ number }) => number)).toEqual([2]);
});

test("an account that may only read stops nothing: it is said once, and tried again when that may help", async () => {
  const options = { readOnly: true };
  await using proxy = await startProxy(uri, options);
  const keeper = newKeeper();
  await bind({ trackingUri: proxy.url });
  await serve("prod", { 1: 100 }, { trackingUri: proxy.url });
  await keeper.look();
  expect(keeper.problem(names.group)).toContain("does not let the tracking credentials set tags");
  const asked = proxy.paths.length;
  for (let looks = 0; looks < 3; looks++) await keeper.look();
  expect(proxy.paths).toHaveLength(asked);
  clock.ms += TEN_MINUTES_MS;
  await keeper.look();
  expect(proxy.paths.length).toBeGreaterThan(asked);
  expect(said).toHaveBeenCalledTimes(1);
  options.readOnly = false;
  // Other credentials are another try.
  await bind({ trackingUri: proxy.url });
  await keeper.look();
  expect([keeper.problem(names.group), await stamps()]).toEqual([null, { 1: "prod" }]);
});

test("an MLflow that the group has left loses its stamps, as long as it answers and lets them be taken", async () => {
  const options = { readOnly: false };
  await using proxy = await startProxy(uri, options);
  await using other = await startProxy(uri, { prefix: "/other" });
  const keeper = newKeeper();
  await bind({ trackingUri: proxy.url });
  await serve("prod", { 1: 100 }, { trackingUri: proxy.url });
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  await bind({ trackingUri: other.url });
  await keeper.look();
  expect([await stamps(), await rows()]).toEqual([{}, []]);
  await bind({ trackingUri: proxy.url });
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  options.readOnly = true;
  await deleteBinding(database, names.group);
  await keeper.look();
  expect([await stamps(), await rows()]).toEqual([{ 1: "prod" }, []]);
  expect(keeper.problem(names.group)).toBeNull();
});

test("while MLflow is down it is asked ever more seldom; left for good, its stamps are let go", async () => {
  const gone = await startProxy(uri);
  const keeper = newKeeper();
  await bind({ trackingUri: gone.url });
  await serve("prod", { 1: 100 }, { trackingUri: gone.url });
  await keeper.look();
  await gone[Symbol.asyncDispose]();
  await stop("prod");
  await keeper.look();
  expect([await rows(), keeper.problem(names.group)]).toMatchObject([[{ number: 1 }], null]);
  await deleteBinding(database, names.group);
  for (let looks = 0; looks < 25; looks++) {
    clock.ms += 60_000;
    await keeper.look();
  }
  expect(await rows()).toEqual([]);
});

test("a version that MLflow has no more is forgotten, and another one under its number is not stamped", async () => {
  const keeper = newKeeper();
  await bind();
  await serve("prod", { 3: 100 });
  await keeper.look();
  await seed.send("DELETE", "model-versions/delete", { name: names.model, version: "3" });
  clock.ms += TEN_MINUTES_MS;
  await keeper.look();
  expect(await rows()).toEqual([]);
  await seed.deleteModel(names.model);
  await seed.model(names.model);
  await newVersions();
  clock.ms += TEN_MINUTES_MS;
  await keeper.look();
  expect([await stamps(), await rows()]).toEqual([{}, []]);
});

test("groups that share an MLflow name all that serve a version, and do not undo each other's stamps", async () => {
  const keeper = newKeeper();
  await bind();
  await serve("prod", { 1: 100 });
  const first = names.group;
  await newGroup();
  await bind();
  await serve("other", { 1: 100 });
  await keeper.look();
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "other,prod" });
  await stop("other");
  await keeper.look();
  expect(await stamps()).toEqual({ 1: "prod" });
  expect((await rows()).map(({ groupName }) => groupName)).toEqual([first]);
});
