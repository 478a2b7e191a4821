import { expect, test } from "vitest";
import { formatVersions, parseVersions } from "./version-choice.ts";

test("chosen versions are read as they were written, whatever the model is called", () => {
  const choices = [
    { name: "iris-classifier", version: "3" },
    { name: "50% off, now", version: "1" },
    { name: "日本", version: "12" },
  ];
  expect(parseVersions(formatVersions(choices))).toEqual(choices);
});

test("what is no version is dropped, and twice is once", () => {
  expect(parseVersions("a/1,,b,b/0,c/x,%/1,a/1,d/2/3")).toEqual([{ name: "a", version: "1" }]);
});
