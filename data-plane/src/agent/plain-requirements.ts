/**
 * The part of requirements that may be resolved for whoever looks at a version: names of packages and their versions. Options,
 * paths and addresses make uv read files, call servers and run code, so that only a real build obeys them.
 */

export interface PlainRequirements {
  /** One requirement a line. */
  text: string;
  /** The other lines, without credentials. */
  leftOut: string[];
}

/** `name[extra]`, then versions, then a marker behind a semicolon; PEP 508 without addresses. */
const PLAIN =
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(?:\(?[=<>!~][=<>!~A-Za-z0-9.*+,\s_-]*\)?)?\s*(?:;[A-Za-z0-9_.\s'"=<>!~()*+-]*)?$/;
const OPTION = /\s-/;
/** What uv would take for a file. */
const ARCHIVE = /\.(?:whl|zip|tgz|tar(?:\.\w+)?|t[bx]z|txt|in|toml)$/i;
const LEFT_OUT_LENGTH_MAX = 200;

/** Separates them. `-c constraints.txt` is neither: those stand beside the requirements, and are given on their own. */
export function separatePlain(requirements: string): PlainRequirements {
  const plain: string[] = [];
  const leftOut: string[] = [];
  for (const whole of logicalLines(requirements)) {
    const line = whole.replace(/(?:\s+--hash[= ]\S+)+$/, "");
    if (/^(?:-c|--constraint)[ =]+(?:\.\/)?constraints\.txt$/.test(line)) continue;
    if (PLAIN.test(line) && !OPTION.test(line) && !ARCHIVE.test(line)) plain.push(line);
    else leftOut.push(withoutCredentials(line).slice(0, LEFT_OUT_LENGTH_MAX));
  }
  return { text: plain.map((line) => `${line}\n`).join(""), leftOut };
}

/** Without comments and empty lines; what a backslash continues is one line. */
function logicalLines(text: string): string[] {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s+)#.*$/, "").trim())
    .filter((line) => line !== "");
}

function withoutCredentials(line: string): string {
  return line.replace(/:\/\/[^/\s]*@/g, "://…@");
}
