import { expect, it } from "vitest";
import { parseSearch, safeReturnPath, stringifySearch } from "./search-params.ts";

it("search values come back as written, whatever they hold", () => {
  const search = { columns: "params.C,metrics.a/b", search: '50% & "more" +1 模型', sort: "-metrics.x" };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
  expect(stringifySearch({ columns: "params.C,metrics.a" })).toBe("?columns=params.C,metrics.a");
  expect(stringifySearch({ modelUri: "models:/iris@champion", search: undefined })).toBe(
    "?modelUri=models:/iris@champion",
  );
});

it("sign-in returns only to this console", () => {
  expect(safeReturnPath("/g/demo/models?x=1")).toBe("/g/demo/models?x=1");
  expect(
    ["//evil.example", "/\\evil.example", "https://evil.example", undefined].map(safeReturnPath),
  ).toEqual(["/", "/", "/", "/"]);
});
