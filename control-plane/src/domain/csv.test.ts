import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("cells with commas, quotes and line ends are quoted, all others stand as they are", () => {
  expect(csvLine(["plain", 'say "hi", then', "two\nlines", "", undefined, " spaces "])).toBe(
    'plain,"say ""hi"", then","two\nlines",,, spaces \r\n',
  );
});

test("numbers are written in full, so that reading gives the same ones", () => {
  const numbers = [0.1 + 0.2, 1e-300, -0.5, 12_345_678_901, Number.NaN, Number.NEGATIVE_INFINITY];
  const cells = csvLine(numbers).trimEnd().split(",");
  expect(cells.map(Number)).toEqual(numbers);
});

test("a text that a spreadsheet would run gets an apostrophe, a text that is a number does not", () => {
  const texts = [
    '=HYPERLINK("http://x")',
    "+1+1",
    "-cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
  ];
  const written = texts.map((text) => csvLine([text]));
  for (const line of written) expect(line).toMatch(/^"?'/);
  const numbers = ["-0.5", "+1e-3", "-.25", "-12."];
  expect(numbers.map((text) => csvLine([text]))).toEqual(numbers.map((text) => `${text}\r\n`));
  expect(csvLine(["a=b", "1-2"])).toBe("a=b,1-2\r\n");
});
