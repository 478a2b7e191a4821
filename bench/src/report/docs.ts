/** Puts a generated section into a page of the documentation; what is written by hand around it stays. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import type { Terminal } from "@slipway/cli/terminal/terminal";

const DOCS = join(repositoryRoot, "docs", "benchmarks.md");

/** The page with the section between its two marks replaced. @throws Error when the page has no such marks. */
export function withSection(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no place for '${name}': ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${content.trim()}\n${page.slice(to)}`;
}

/** Keeps a report in a file, puts that of a whole run into the documentation too, and tells where it is. */
export function publish(
  section: string,
  text: string,
  { whole, path, terminal }: { whole: boolean; path: string; terminal: Terminal },
): void {
  writeFileSync(path, `${text}\n`);
  if (whole) {
    writeFileSync(DOCS, withSection(readFileSync(DOCS, "utf8"), section, text));
    terminal.line("The report is in docs/benchmarks.md.");
  } else {
    terminal.line(`The report of this partial run is in ${path}; docs/benchmarks.md is left as it is.`);
  }
}
