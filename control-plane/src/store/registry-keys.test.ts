/** Keys of a model while versions come and go. */
import { expect, test } from "vitest";
import { findRegistryModel } from "./registry-index-store.ts";
import { presentKeys } from "./registry-keys.ts";
import { saveFacts, saveVersions } from "./registry-version-store.ts";
import { AT, useVersions } from "./testing/versions.ts";

const { database, aModel, read } = await useVersions();
const COLUMNS = ["params.C", "params.kept", "params.later", "metrics.score", "metrics.loss", "tags.stage"];

function listed(number: number, fingerprint = `print ${number}`) {
  return {
    ...{ number, createdMs: AT.getTime() + number, status: "READY", description: "", fingerprint },
    ...{ runId: "run", loggedModelId: null, tags: {} },
  };
}

test("keys that no version has any more go with the last one, and their places are given to others", async () => {
  const id = await aModel("coming and going", [
    { params: { C: "1", kept: "a" }, metrics: { score: 1 }, tags: { stage: "ok" } },
    { params: { kept: "b" }, metrics: { loss: 2 } },
  ]);
  const save = (versions: ReturnType<typeof listed>[]) =>
    saveVersions(database, { id, updatedMs: 2 }, { versions, from: 0, digest: null, at: AT });
  await save([listed(2)]);
  const row = await findRegistryModel(database, "demo", "coming and going");
  expect(presentKeys(row?.paramKeys ?? [])).toEqual(["kept"]);
  expect(presentKeys(row?.metricKeys ?? [])).toEqual(["loss"]);
  expect(presentKeys(row?.tagKeys ?? [])).toEqual([]);
  expect(row?.paramKeys).toHaveLength(2);

  await save([listed(2), listed(3)]);
  const logged = { params: { later: "c" }, metrics: { score: 3 }, fingerprint: "print 3" };
  await saveFacts(database, id, { facts: [{ number: 3, changing: false, ...logged }], at: AT });
  const grown = await findRegistryModel(database, "demo", "coming and going");
  expect(grown?.paramKeys.toSorted()).toEqual(["kept", "later"]);
  expect(await read(id, COLUMNS)).toMatchObject([
    { number: 2, params: { kept: "b" }, metrics: { loss: 2 }, tags: {} },
    { number: 3, params: { later: "c" }, metrics: { score: 3 }, tags: {} },
  ]);
});

test("keys of versions whose facts are still to be read again stay out until they are", async () => {
  const id = await aModel("registered anew", [{ params: { C: "1" } }]);
  await saveVersions(
    database,
    { id, updatedMs: 2 },
    { versions: [listed(1, "another")], from: 0, digest: null, at: AT },
  );
  const logged = { params: { C: "2" }, metrics: { score: 3 }, fingerprint: "another" };
  await saveFacts(database, id, { facts: [{ number: 1, changing: false, ...logged }], at: AT });
  expect(await read(id, COLUMNS)).toMatchObject([{ params: { C: "2" }, metrics: { score: 3 } }]);
});
