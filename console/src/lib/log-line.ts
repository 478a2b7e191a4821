/** Lines of logs: their time, the log that they are from, where a search is found. */

export interface LogLine {
  /** As written, in UTC; null for a line without one. */
  at: string | null;
  /** The replica or build; only where several logs stand together. */
  source: string | null;
  text: string;
}

const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (.*)$/s;

/** Takes a line apart: `<UTC time> <text>`, or `<UTC time> <log name> <text>` where logs stand together. */
export function parseLogLine(line: string, together: boolean): LogLine {
  const [, at, rest] = TIMED.exec(line) ?? [];
  if (at === undefined || rest === undefined) return { at: null, source: null, text: line };
  if (!together) return { at, source: null, text: rest };
  const end = rest.indexOf(" ");
  return end < 0
    ? { at, source: rest, text: "" }
    : { at, source: rest.slice(0, end), text: rest.slice(end + 1) };
}

/** A part of a text, and whether the search was found there. */
export interface TextPart {
  start: number;
  text: string;
  found: boolean;
}

/** Cuts a text where a search is found in it, whatever the case of its letters. */
export function markMatches(text: string, search: string): TextPart[] {
  if (search === "") return [{ start: 0, text, found: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(escapeRegExp(search), "gi"))) {
    if (match.index > from) parts.push({ start: from, text: text.slice(from, match.index), found: false });
    parts.push({ start: match.index, text: match[0], found: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0)
    parts.push({ start: from, text: text.slice(from), found: false });
  return parts;
}

/** The indexes of the lines in which a search is found. */
export function findLines(lines: LogLine[], search: string): number[] {
  if (search === "") return [];
  const pattern = new RegExp(escapeRegExp(search), "i");
  return lines.flatMap(({ text, source }, index) =>
    pattern.test(text) || (source !== null && pattern.test(source)) ? [index] : [],
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
