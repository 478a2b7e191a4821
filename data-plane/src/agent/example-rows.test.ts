import { expect, test } from "vitest";
import { rowsOfBody } from "./example-rows.ts";

test.each([
  ['{"dataframe_split": {"columns": ["a"], "data": [[1], [2], [3]]}}', 3],
  ['{"dataframe_records": [{"a": 1}, {"a": 2}]}', 2],
  ['{"instances": [[1, 2]]}', 1],
  ['{"inputs": [[1], [2]], "params": {}}', 2],
  ['{"inputs": {"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}}', 4],
  ['{"inputs": "a question"}', null],
  ['{"inputs": [NaN]}', null],
  ["[]", null],
])("the rows of %s are %j", (body, rows) => {
  expect(rowsOfBody("application/json", body)).toBe(rows);
});

test("of another content type nobody can tell", () => {
  expect(rowsOfBody("text/csv", "a\n1\n")).toBeNull();
});
