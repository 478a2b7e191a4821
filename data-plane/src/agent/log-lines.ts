/** What may stand in a log: lines of bounded length, each with its UTC time, that no terminal, page or editor obeys. */
import { stripVTControlCharacters } from "node:util";

const LINE_LENGTH_MAX = 16_384;
/** Control characters but the tab, and marks that show text in another order than it has. */
const ACTIVE = /[^\P{Cc}\t]|\p{Bidi_Control}/gu;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

/** The lines of a text as they are kept, each with the time and a line end. */
export function logLines(text: string, time = new Date()): string[] {
  return stripVTControlCharacters(text)
    .replace(/(?:\r\n|\n|\r)$/, "")
    .split(/\r\n|\n|\r/)
    .map((line) => `${time.toISOString()} ${bounded(line.replace(ACTIVE, ""))}\n`);
}

/** The time that a kept line begins with. */
export function timeOf(line: string): string | undefined {
  return TIME.exec(line)?.[0].trimEnd();
}

/** A kept line of one log as it stands among the lines of others: the log's name after the time. */
export function labelled(name: string, line: string): string {
  const time = TIME.exec(line)?.[0] ?? "";
  return `${time}${name} ${line.slice(time.length)}`;
}

function bounded(line: string): string {
  if (line.length <= LINE_LENGTH_MAX) return line;
  return `${line.slice(0, LINE_LENGTH_MAX)} … (slipway: cut, the line is longer than ${LINE_LENGTH_MAX} characters)`;
}
