/** Editing with MLflow as the only truth: descriptions, tags, what a change is based on, refusals, and the audit. */
import { modelVersionListSchema } from "@slipway/contracts/api/model";
import { describe, expect, test } from "vitest";
import { startProxy } from "#registry/testing/proxy.ts";
import { aliasPath, modelPath, ODD_NAMES, said, useEditing, versionPath } from "#testing/editing.ts";

const { call, answer, problemOf, uri, seed, aModel, audit, model, version, told } = await useEditing();

describe("description and tags", () => {
  test.each(ODD_NAMES)(
    "of %j and its version are changed in MLflow, and seen at the next look",
    async (label) => {
      const name = await aModel(1, label);
      await call("GET", `${modelPath(name)}/versions`);
      const ofModel = { description: "**Bold** words, 日本語\n", tags: { team: "fraud", "a/b.c: d": "" } };
      expect(await call("PATCH", modelPath(name), { as: "bob", body: ofModel })).toEqual({
        ...{ name, version: null },
        ...ofModel,
      });
      expect(await model(name)).toMatchObject(ofModel);

      const ofVersion = { description: "of the version", tags: { stage: "100%", größe: "ß" } };
      const answered = await call("PATCH", versionPath(name, "1"), { as: "bob", body: ofVersion });
      expect(answered).toEqual({ name, version: "1", ...ofVersion });
      expect(await version(name, "1")).toMatchObject(ofVersion);
      const { items } = modelVersionListSchema.parse(
        await call("GET", `${modelPath(name)}/versions?columns=tags.stage`),
      );
      expect(items).toMatchObject([{ description: "of the version", tags: { stage: "100%" } }]);

      const removal = { description: "", tags: { stage: null, größe: "ß" } };
      expect(await call("PATCH", versionPath(name, "1"), { body: removal })).toMatchObject({
        ...{ description: "", tags: { größe: "ß" } },
      });
      expect(await told(name)).toEqual([
        { ...said("tag.removed", "stage", "100%", null), version: "1" },
        { ...said("description.changed", null, "of the version", null), version: "1" },
        { ...said("tag.set", "größe", null, "ß"), version: "1", actor: "bob" },
        { ...said("tag.set", "stage", null, "100%"), version: "1", actor: "bob" },
        { ...said("description.changed", null, null, "of the version"), version: "1", actor: "bob" },
        { ...said("tag.set", "a/b.c: d", null, ""), actor: "bob" },
        { ...said("tag.set", "team", null, "fraud"), actor: "bob" },
        { ...said("description.changed", null, "as registered", ofModel.description), actor: "bob" },
      ]);
    },
  );

  test("a change of an old version of many is in the list at once", async () => {
    const name = await aModel(102);
    await call("GET", `${modelPath(name)}/versions`);
    await call("PATCH", versionPath(name, "1"), { body: { tags: { stage: "old" }, description: "first" } });
    const list = async () =>
      modelVersionListSchema.parse(
        await call("GET", `${modelPath(name)}/versions?columns=tags.stage&filter=version%20<%203`),
      );
    expect((await list()).items).toMatchObject([
      { version: "2", description: "", tags: {} },
      { version: "1", description: "first", tags: { stage: "old" } },
    ]);
    expect((await answer("DELETE", versionPath(name, "1"))).status).toBe(204);
    expect((await list()).items).toMatchObject([{ version: "2" }]);
  });

  test("what MLflow has already is not written again", async () => {
    const name = await aModel();
    const body = { description: "as registered", tags: { gone: null } };
    await call("PATCH", modelPath(name), { body });
    expect(await told(name)).toEqual([]);
  });

  test.each([
    [{ tags: { "mlflow.user": "me" } }, "tags.mlflow.user"],
    [{ tags: { "mlflow.note": null } }, "tags.mlflow.note"],
    [{ tags: { "slipway.deployments": "x" } }, "tags.slipway.deployments"],
    [{ tags: { "a=b": "x" } }, "tags.a=b"],
    [{ tags: { "": "x" } }, "tags"],
    [{ tags: { long: "x".repeat(5_001) } }, "tags.long"],
    [{ description: "a\0b" }, "description"],
    [{ aliases: {} }, "aliases"],
  ])("%j is refused, naming the field", async (wrong, field) => {
    const name = await aModel();
    const problem = await problemOf("PATCH", versionPath(name, "1"), {
      body: { description: "x", ...wrong },
    });
    expect(problem).toMatchObject({ code: "invalid_request", errors: [{ field }] });
    expect(await version(name, "1")).toMatchObject({ description: "" });
    expect(await told(name)).toEqual([]);
  });

  test("what is not there is not edited", async () => {
    const name = await aModel();
    const body = { description: "x" };
    expect(await problemOf("PATCH", modelPath("nobody"), { body })).toMatchObject({
      code: "model_not_found",
    });
    expect(await problemOf("PATCH", versionPath(name, "9"), { body })).toMatchObject({
      code: "model_version_not_found",
    });
  });
});

describe("a change that is based on another value than MLflow has", () => {
  test("is answered with what is there now, and writes nothing", async () => {
    const name = await aModel();
    const seen = await version(name, "1");
    await seed.send("PATCH", "model-versions/update", { name, version: "1", description: "theirs" });
    await seed.post("model-versions/set-tag", { name, version: "1", key: "stage", value: "theirs" });
    const body = {
      description: "mine",
      tags: { stage: "mine", other: "mine" },
      expected: { description: seen.description, tags: { stage: null, other: null } },
    };
    const problem = await problemOf("PATCH", versionPath(name, "1"), { body });
    expect(problem).toMatchObject({ code: "conflict", status: 409 });
    expect(problem.errors).toMatchObject([
      { field: "description", current: "theirs" },
      { field: "tags.stage", current: "theirs" },
    ]);
    expect(await version(name, "1")).toMatchObject({ description: "theirs", tags: { stage: "theirs" } });
    const based = { ...body, expected: { description: "theirs", tags: { stage: "theirs", other: null } } };
    expect(await call("PATCH", versionPath(name, "1"), { body: based })).toMatchObject({
      ...{ description: "mine", tags: { stage: "mine", other: "mine" } },
    });
  });

  test("of a tag that was removed meanwhile says that there is none", async () => {
    const name = await aModel();
    const body = { tags: { team: "mine" }, expected: { tags: { team: "theirs" } } };
    const problem = await problemOf("PATCH", modelPath(name), { body });
    expect(problem.errors).toMatchObject([{ field: "tags.team", current: null }]);
  });

  test("of two that are sent at once, one wins and the other is told", async () => {
    const name = await aModel();
    const edit = (description: string) =>
      answer("PATCH", modelPath(name), { body: { description, expected: { description: "as registered" } } });
    const answers = await Promise.all([edit("one"), edit("two"), edit("three")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await told(name)).toHaveLength(1);
  });
});

describe("an MLflow that refuses", () => {
  test.each([401, 403])(
    "an account that may only read (%i) is named as the reason, without an entry",
    async (status) => {
      await using proxy = await startProxy(uri, { refuseWrites: { status } });
      const group = `read-only-${status}`;
      await call("POST", "/groups", { body: { name: group } });
      await call("PUT", `/groups/${group}/mlflow`, { body: { trackingUri: proxy.url } });
      const name = await aModel(2);
      const refused = {
        code: "mlflow_refused",
        status: 403,
        detail: expect.stringContaining("Settings → MLflow"),
      };
      const body = { description: "x" };
      expect(await problemOf("PATCH", modelPath(name, group), { body })).toMatchObject(refused);
      expect(
        await problemOf("PATCH", versionPath(name, "1", group), { body: { tags: { a: "b" } } }),
      ).toMatchObject(refused);
      expect(await problemOf("PUT", aliasPath(name, "a", group), { body: { version: "1" } })).toMatchObject(
        refused,
      );
      expect(await problemOf("DELETE", versionPath(name, "1", group))).toMatchObject(refused);
      expect((await audit("", group)).items).toEqual([]);
      expect(await model(name)).toMatchObject({ description: "as registered", versionCount: 2 });
    },
  );

  test("and one that is down is said to be down", async () => {
    await call("POST", "/groups", { body: { name: "down" } });
    await call("PUT", "/groups/down/mlflow", { body: { trackingUri: "http://127.0.0.1:9" } });
    expect(await problemOf("PATCH", "/groups/down/models/a", { body: { description: "x" } })).toMatchObject({
      code: "mlflow_unreachable",
      cause: "connection_refused",
    });
  });

  test("one of several changes leaves those before it, and the answer and the audit say so", async () => {
    await using proxy = await startProxy(uri, { refuseWrites: { status: 403, path: /set-tag$/ } });
    await call("POST", "/groups", { body: { name: "partly" } });
    await call("PUT", "/groups/partly/mlflow", { body: { trackingUri: proxy.url } });
    const name = await aModel();
    const body = { description: "mine", tags: { a: "b" } };
    const problem = await problemOf("PATCH", modelPath(name, "partly"), { body });
    expect(problem).toMatchObject({ code: "mlflow_refused" });
    expect(problem.detail).toMatch(/Written before that: the description\.$/);
    expect((await audit("", "partly")).items).toMatchObject([
      { action: "description.changed", after: "mine" },
    ]);
    expect(await model(name)).toMatchObject({ description: "mine", tags: {} });
  });

  test("a value that Slipway would let pass is quoted, naming the field", async () => {
    const name = await aModel();
    // A letter of a later Unicode than that of MLflow's Python.
    const key = "\u{105c0}";
    const problem = await problemOf("PATCH", modelPath(name), { body: { tags: { [key]: "v" } } });
    expect(problem).toMatchObject({
      code: "invalid_request",
      status: 400,
      errors: [{ field: `tags.${key}` }],
    });
    expect(problem.detail).toContain("MLflow says:");
    expect(await told(name)).toEqual([]);
  });
});

describe("the audit", () => {
  test("comes in pages, newest first, and belongs to its group", async () => {
    const name = await aModel();
    for (const value of ["1", "true", '{"a": 1}'])
      await call("PATCH", modelPath(name), { body: { tags: { n: value } } });
    const query = `model=${encodeURIComponent(name)}&pageSize=2`;
    const first = await audit(query);
    const second = await audit(`${query}&pageToken=${first.nextPageToken}`);
    expect([...first.items, ...second.items].map(({ after }) => after)).toEqual(['{"a": 1}', "true", "1"]);
    expect(second.nextPageToken).toBeUndefined();
    expect((await audit("pageSize=1")).items).toMatchObject([{ model: name, after: '{"a": 1}' }]);
    expect(await problemOf("GET", "/groups/demo/audit?pageToken=x")).toMatchObject({
      code: "invalid_request",
    });
    expect((await answer("GET", "/groups/demo/audit", { as: "bob" })).status).toBe(200);
    expect(await problemOf("GET", "/groups/demo/audit", { as: "eve" })).toMatchObject({
      code: "group_not_found",
    });
  });
});

test("nobody else may edit", async () => {
  const name = await aModel();
  for (const [method, path, body] of [
    ["PATCH", modelPath(name), { description: "x" }],
    ["PATCH", versionPath(name, "1"), { description: "x" }],
    ["PUT", aliasPath(name, "a"), { version: "1" }],
    ["DELETE", aliasPath(name, "a"), undefined],
    ["DELETE", versionPath(name, "1"), undefined],
  ] as const) {
    expect(await problemOf(method, path, { as: "eve", body })).toMatchObject({ code: "group_not_found" });
  }
});
