/** Puts a generated section into a page of the documentation; what is written by hand around it stays. */
import { readFileSync, writeFileSync } from "node:fs";

/** The page with the section between its two marks replaced. @throws Error when the page has no such marks. */
export function withSection(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no place for '${name}': ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${content.trim()}\n${page.slice(to)}`;
}

/** Replaces the section in the file. */
export function writeSection(path: string, name: string, content: string): void {
  writeFileSync(path, withSection(readFileSync(path, "utf8"), name, content));
}
