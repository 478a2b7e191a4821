import { expect, test } from "vitest";
import { rebased, tagEdit, tagErrors, tagRows, withNewTag, withTheirs } from "./tag-rows.ts";

const BASE = { stage: "old", team: "fraud", "slipway.deployments": "iris" };
const row = (name: string, value: string, key = 0) => ({ key, name, value });

test("what is left as it was is not sent, and the tag of Slipway's own is left alone", () => {
  expect(tagRows(BASE).map(({ name }) => name)).toEqual(["stage", "team"]);
  expect(tagEdit(tagRows(BASE), BASE)).toBeNull();
  expect(tagEdit(withNewTag(tagRows(BASE)), BASE)).toBeNull();
});

test("set, changed, renamed and removed tags are sent with what they were", () => {
  expect(tagEdit([row("stage", "new"), row(" added ", "")], BASE)).toEqual({
    tags: { stage: "new", added: "", team: null },
    expected: { tags: { stage: "old", added: null, team: "fraud" } },
  });
  expect(tagEdit([row("phase", "old"), row("team", "fraud")], BASE)).toEqual({
    tags: { phase: "old", stage: null },
    expected: { tags: { phase: null, stage: "old" } },
  });
});

test("a key that MLflow would not take, or that stands twice, is said beside its row", () => {
  expect(Object.keys(tagErrors([row("a", "1"), row("mlflow.x", ""), row("a ", "2"), row("", "x")]))).toEqual([
    ...["1", "2", "3"],
  ]);
  expect(tagErrors([row("", "")])).toEqual({});
});

test("after a conflict one keeps one's own, based on what is there now, or takes the other", () => {
  const current = [
    { name: "stage", value: "theirs" },
    { name: "team", value: null },
  ];
  const mine = [row("stage", "mine", 0), row("team", "fraud", 1), row("new", "1", 2)];
  const base = rebased(BASE, current);
  expect(tagEdit(mine, base)).toEqual({
    tags: { stage: "mine", team: "fraud", new: "1" },
    expected: { tags: { stage: "theirs", team: null, new: null } },
  });
  expect(tagEdit(withTheirs(mine, current), base)).toEqual({
    tags: { new: "1" },
    expected: { tags: { new: null } },
  });
});
