import { expect, it } from "vitest";
import { prettyJson } from "./pretty-json.ts";

it("keeps rows of data on one line and means the same", () => {
  const body = {
    dataframe_split: {
      columns: ["a [1]", 'b "x"'],
      data: [
        [5.1, null],
        [1, true],
      ],
    },
    empty: {},
    none: [],
  };
  expect(JSON.parse(prettyJson(body))).toEqual(body);
  expect(prettyJson(body).split("\n")).toContain("      [5.1, null],");
});
