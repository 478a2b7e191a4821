import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { forEachLine } from "./line-splitter.ts";

/** The lines of `chunks`, each given on its own. */
async function linesOf(chunks: readonly (string | Buffer)[], lengthMax?: number): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  forEachLine(stream, (line) => lines.push(line), lengthMax);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await once(stream, "end");
  return lines;
}

test("lines end at every kind of line end, wherever the chunks are cut", async () => {
  const text = "one\ntwo\r\n\r\nprogress 1\rprogress 2\rää\nlast";
  const expected = ["one", "two", "", "progress 1", "progress 2", "ää", "last"];
  expect(await linesOf([text])).toEqual(expected);
  const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
  expect(await linesOf(bytes)).toEqual(expected);
});

test("a line that is too long is cut, however it comes, and the next one is whole", async () => {
  const text = `${"x".repeat(100)}\nnext\n`;
  expect(await linesOf([text], 10)).toEqual(["x".repeat(10), "next"]);
  expect(await linesOf([...text], 10)).toEqual(["x".repeat(10), "next"]);
});

test("a line of many megabytes arrives whole where it may be so long", async () => {
  const line = "y".repeat(20 * 1024 ** 2);
  const [first, second] = await linesOf([line.slice(0, 9e6), line.slice(9e6), "\nend"], 64 * 1024 ** 2);
  expect(first === line).toBe(true);
  expect(second).toBe("end");
});
