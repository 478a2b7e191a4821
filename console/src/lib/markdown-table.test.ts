import { expect, test } from "vitest";
import { markdownTable } from "./markdown-table.ts";

const cell = (text: string | null) => ({ text, full: text, differs: false, delta: null, extreme: null });

test("a comparison is written as a table whose texts break nothing", () => {
  const row = { key: "params.a_b", label: "a_b", differs: true };
  expect(
    markdownTable(
      ["v1", "v2", "v3"],
      [
        { title: "Parameters", rows: [{ ...row, cells: [cell("x | y\n<b>"), cell(null), null] }] },
        { title: "Tags", rows: [] },
      ],
    ).split("\n"),
  ).toEqual([
    "|  | v1 | v2 | v3 |",
    "| --- | --- | --- | --- |",
    "| **Parameters** |  |  |  |",
    String.raw`| a\_b | x \| y \<b> | – | – |`,
  ]);
});
