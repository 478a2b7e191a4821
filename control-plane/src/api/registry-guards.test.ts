/** Aliases are set, moved and removed, and versions deleted, by people who know which deployments it concerns. */
import { describe, expect, test } from "vitest";
import { aliasPath, modelPath, ODD_NAMES, said, useEditing, versionPath } from "#testing/editing.ts";

const { call, answer, problemOf, seed, aModel, model, version, told, aliasesMoved } = await useEditing();

async function deploy(name: string, modelUri: string, more: object = {}): Promise<string> {
  const id = `d-${crypto.randomUUID().slice(0, 8)}`;
  await call("POST", "/groups/demo/deployments", { body: { name, id, modelUri, ...more } });
  return id;
}

describe("an alias", () => {
  test.each(ODD_NAMES)("of %j is set, moved and removed", async (label) => {
    const name = await aModel(3, label);
    await call("GET", `${modelPath(name)}/versions`);
    const set = { version: "1", expected: null };
    expect(await call("PUT", aliasPath(name, "Größte_1"), { as: "bob", body: set })).toEqual({
      ...{ alias: "Größte_1", version: "1" },
    });
    expect(await model(name)).toMatchObject({ aliases: [{ alias: "Größte_1", version: "1" }] });
    aliasesMoved.length = 0;
    await call("PUT", aliasPath(name, "Größte_1"), { body: { version: "3", expected: "1" } });
    expect((await version(name, "3")).aliases).toEqual(["Größte_1"]);
    await call("PUT", aliasPath(name, "Größte_1"), { body: { version: "3" } });
    expect(aliasesMoved).toEqual(["demo"]);
    expect((await answer("DELETE", `${aliasPath(name, "Größte_1")}?expected=3`)).status).toBe(204);
    expect(await model(name)).toMatchObject({ aliases: [] });
    expect(await told(name)).toEqual([
      said("alias.removed", "Größte_1", "3", null),
      said("alias.moved", "Größte_1", "1", "3"),
      { ...said("alias.set", "Größte_1", null, "1"), actor: "bob" },
    ]);
  });

  test.each(["latest", "Latest", "v1", "V12", "a b", "a@b", "a.b", "a%b", "x".repeat(256)])(
    "%j is refused by its name before MLflow is asked",
    async (alias) => {
      const path = aliasPath("whatever", alias);
      const wrong = { code: "invalid_request", errors: [{ field: "alias" }] };
      expect(await problemOf("PUT", path, { body: { version: "1" } })).toMatchObject(wrong);
      expect(await problemOf("DELETE", path)).toMatchObject(wrong);
    },
  );

  test("that was moved in MLflow meanwhile stays, and the answer says where it is", async () => {
    const name = await aModel(3);
    await call("PUT", aliasPath(name, "champion"), { body: { version: "1" } });
    await seed.post("registered-models/alias", { name, alias: "champion", version: "2" });
    const conflict = { code: "conflict", errors: [{ field: "version", current: "2" }] };
    const body = { version: "3", expected: "1" };
    expect(await problemOf("PUT", aliasPath(name, "champion"), { body })).toMatchObject(conflict);
    const fresh = { version: "3", expected: null };
    expect(await problemOf("PUT", aliasPath(name, "champion"), { body: fresh })).toMatchObject(conflict);
    const removal = `${aliasPath(name, "champion")}?expected=1`;
    expect(await problemOf("DELETE", removal)).toMatchObject(conflict);
    expect((await version(name, "2")).aliases).toEqual(["champion"]);
    await seed.send("DELETE", "registered-models/alias", { name, alias: "champion" });
    expect(await problemOf("DELETE", removal)).toMatchObject({
      errors: [{ field: "version", current: null }],
    });
    expect(await problemOf("DELETE", aliasPath(name, "champion"))).toMatchObject({ code: "not_found" });
  });

  test("cannot mean a version that is not there", async () => {
    const name = await aModel();
    const problem = await problemOf("PUT", aliasPath(name, "champion"), { body: { version: "2" } });
    expect(problem).toMatchObject({ code: "model_version_not_found" });
  });

  test("that deployments follow is moved only by who knows what happens to each", async () => {
    const name = await aModel(2);
    const path = aliasPath(name, "champion");
    await call("PUT", path, { body: { version: "1" } });
    const uri = `models:/${name}@champion`;
    const rolled = await deploy("rolled", uri, { aliasPolicy: "roll-out" });
    const notified = await deploy("notified", uri, { aliasPolicy: "notify" });
    const pinned = await deploy("pinned", uri);
    await deploy("by version", `models:/${name}/1`);
    aliasesMoved.length = 0;

    const problem = await problemOf("PUT", path, { body: { version: "2", expected: "1" } });
    expect(problem).toMatchObject({ code: "alias_followed", status: 409 });
    expect(inOrder(problem.deployments)).toEqual([
      [notified, "notified", expect.stringMatching(/timeline tells.*nothing is rolled out/)],
      [rolled, "rolled", expect.stringMatching(/^Version 2 is rolled out in place of version 1/)],
    ]);
    expect(await model(name)).toMatchObject({ aliases: [{ version: "1" }] });
    expect(aliasesMoved).toEqual([]);

    await call("PUT", path, { as: "bob", body: { version: "2", expected: "1", acknowledged: true } });
    expect(await model(name)).toMatchObject({ aliases: [{ version: "2" }] });
    expect(aliasesMoved).toEqual(["demo"]);

    const removal = await problemOf("DELETE", `${path}?expected=2`);
    expect(removal).toMatchObject({ code: "alias_followed" });
    expect(inOrder(removal.deployments)).toEqual([
      [notified, "notified", expect.stringContaining("What it serves stays")],
      [pinned, "pinned", expect.stringContaining("What it serves stays")],
      [rolled, "rolled", expect.stringContaining("What it serves stays")],
    ]);
    expect((await answer("DELETE", `${path}?expected=2&acknowledged=true`)).status).toBe(204);
    expect((await told(name)).map(({ action }) => action)).toEqual([
      ...["alias.removed", "alias.moved", "alias.set"],
    ]);
  });

  test("of another model or a stopped deployment is told as it is", async () => {
    const name = await aModel(2);
    const other = await aModel(2);
    for (const each of [name, other]) await call("PUT", aliasPath(each, "a"), { body: { version: "1" } });
    const id = await deploy("stopped", `models:/${name}@a`, { aliasPolicy: "roll-out" });
    await call("POST", `/groups/demo/deployments/${id}/stop`);
    await call("PUT", aliasPath(other, "a"), { body: { version: "2" } });
    const { deployments } = await problemOf("PUT", aliasPath(name, "a"), { body: { version: "2" } });
    expect(inOrder(deployments)).toEqual([[id, "stopped", expect.stringMatching(/^It is stopped; once/)]]);
  });
});

describe("deleting a version", () => {
  test("is for administrators of the group, and takes its aliases with it", async () => {
    const name = await aModel(2);
    await call("PUT", aliasPath(name, "champion"), { body: { version: "1" } });
    expect(await problemOf("DELETE", versionPath(name, "1"), { as: "bob" })).toMatchObject({
      code: "forbidden",
    });
    aliasesMoved.length = 0;
    expect((await answer("DELETE", versionPath(name, "1"), { as: "ada" })).status).toBe(204);
    expect(await problemOf("GET", versionPath(name, "1"))).toMatchObject({ code: "model_version_not_found" });
    expect(await model(name)).toMatchObject({ aliases: [], versionCount: 1 });
    expect(aliasesMoved).toEqual(["demo"]);
    expect((await told(name)).slice(0, 2)).toEqual([
      { ...said("alias.removed", "champion", "1", null), actor: "ada" },
      { ...said("version.deleted", null, null, null), version: "1", actor: "ada" },
    ]);
    expect(await problemOf("DELETE", versionPath(name, "1"))).toMatchObject({
      code: "model_version_not_found",
    });
  });

  test("that a deployment runs needs to be meant", async () => {
    const name = await aModel(2);
    await call("PUT", aliasPath(name, "champion"), { body: { version: "1" } });
    const byVersion = await deploy("by version", `models:/${name}/1`);
    const byAlias = await deploy("by alias", `models:/${name}@champion`);
    await deploy("other", `models:/${name}/2`);
    const problem = await problemOf("DELETE", versionPath(name, "1"));
    expect(problem).toMatchObject({ code: "version_deployed", status: 409 });
    expect(inOrder(problem.deployments)).toEqual([
      [
        byAlias,
        "by alias",
        expect.stringMatching(/cannot be downloaded any more\. .*updated from @champion/),
      ],
      [byVersion, "by version", expect.stringMatching(/^It is to serve version 1, .*any more\.$/)],
    ]);
    expect((await version(name, "1")).version).toBe("1");
    expect((await answer("DELETE", `${versionPath(name, "1")}?acknowledged=true`)).status).toBe(204);
  });

  test("whose alias deployments follow, though they run another one, needs to be meant too", async () => {
    const name = await aModel(2);
    await call("PUT", aliasPath(name, "champion"), { body: { version: "1" } });
    await deploy("follower", `models:/${name}@champion`, { aliasPolicy: "notify" });
    await seed.post("registered-models/alias", { name, alias: "champion", version: "2" });
    expect(await problemOf("DELETE", versionPath(name, "2"))).toMatchObject({
      code: "alias_followed",
      deployments: [{ name: "follower", effect: expect.stringContaining("follows nothing") }],
    });
  });
});

function inOrder(deployments: { id: string; name: string; effect: string }[] | undefined) {
  return (deployments ?? [])
    .map(({ id, name, effect }) => [id, name, effect])
    .sort((a, b) => String(a[1]).localeCompare(String(b[1])));
}
