import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curlSnippet, javascriptSnippet, pythonLiteral, pythonSnippet, shellQuote } from "./snippets.ts";

const url = "http://127.0.0.1:8081/deployment/iris/invocations";
const body = { dataframe_split: { columns: ["it's", 'a "b" $HOME `id` \\ !'], data: [[1.5, "é 模"]] } };

it("a shell gives the quoted word back unchanged", () => {
  for (const word of ["plain", "it's", "'", "a\nb", '$HOME `id` \\ "x" !!']) {
    expect(execFileSync("sh", ["-c", `printf %s ${shellQuote(word)}`], { encoding: "utf8" })).toBe(word);
  }
});

it("the curl carries the exact body, the client and its token", () => {
  const curl = curlSnippet({ url, body, client: { name: "ann", token: "t0k'en" } });
  const script = `curl() { printf '%s\\0' "$@"; }; ${curl}`;
  const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0");
  expect(words.slice(0, -1)).toEqual([
    url,
    "-u",
    "ann:t0k'en",
    "-H",
    "Content-Type: application/json",
    "-d",
    JSON.stringify(body),
  ]);
  expect(curlSnippet({ url, body, client: null })).not.toContain("-u");
});

it("a body too long for an argument is read from a file", () => {
  expect(curlSnippet({ url, body: "x".repeat(200_000), client: null })).toContain("--data-binary @body.json");
});

it("Python gets Python's words and JavaScript gets fetch", () => {
  expect(pythonLiteral({ a: [true, null, 1.5, "é"], b: false })).toBe(
    '{"a": [True, None, 1.5, "é"], "b": False}',
  );
  expect(pythonSnippet({ url, body: {}, client: { name: "ann", token: "t" } })).toContain(
    'auth=("ann", "t")',
  );
  expect(javascriptSnippet({ url, body: {}, client: null })).not.toContain("authorization");
});
