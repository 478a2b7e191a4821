import { expect, test } from "vitest";
import { artifactKind, folderOf, imageType, pathSteps, readContent } from "./artifact-content.ts";

test("only pictures of a fixed list are shown as such; what can hold script is text", () => {
  const kinds = (names: string[]) => names.map(artifactKind);
  expect(kinds(["a.png", "b.JPG", "c.jpeg", "d/e.gif", "f.webp"])).toEqual(Array(5).fill("image"));
  expect(kinds(["a.svg", "b.html", "c.xhtml", "MLmodel", ".gitignore", "png", "x.png.txt"])).toEqual(
    Array(7).fill("text"),
  );
  expect(kinds(["a.json", "b.csv", "c.TSV", "d/model.pkl", "e.tar.gz"])).toEqual([
    ...["json", "table", "table", "unread", "unread"],
  ]);
  expect(imageType("b.JPG")).toBe("image/jpeg");
  expect(imageType("a.svg")).toBe("application/octet-stream");
});

test("bytes that are no text are told from text, also where the cut went through a character", () => {
  const bytes = new TextEncoder().encode("naïve 文書");
  expect(readContent(bytes, false).text).toBe("naïve 文書");
  expect(readContent(bytes.subarray(0, -1), true)).toEqual({ text: "naïve 文", truncated: true });
  expect(readContent(bytes.subarray(0, -1), false).text).toBeNull();
  expect(readContent(Uint8Array.of(80, 75, 0, 4), false).text).toBeNull();
  expect(readContent(Uint8Array.of(0xff, 0xfe, 104, 0, 105, 0), false).text).toBe("hi");
  expect(readContent(new Uint8Array(), false).text).toBe("");
});

test("the way to a file and its folder come from its path", () => {
  expect(pathSteps("")).toEqual([]);
  expect(pathSteps("a/b c/d.txt")).toEqual([
    { name: "a", file: "a/" },
    { name: "b c", file: "a/b c/" },
    { name: "d.txt", file: "a/b c/d.txt" },
  ]);
  expect(pathSteps("a/b/")).toEqual([
    { name: "a", file: "a/" },
    { name: "b", file: "a/b/" },
  ]);
  expect([
    folderOf(""),
    folderOf("MLmodel"),
    folderOf("a/"),
    folderOf("a/b/"),
    folderOf("a/b/c.txt"),
  ]).toEqual([...["", "", "a", "a/b", "a/b"]]);
});
