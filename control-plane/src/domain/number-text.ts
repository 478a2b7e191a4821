/** Numbers that were written down as texts, as parameters and tags are. */

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const INFINITE = /^\s*([+-]?)inf(?:inity)?\s*$/i;

/** The number that a text is written as, NaN for a text that says nothing (blank, `nan`), and null for any other text. */
export function numberOf(text: string): number | null {
  if (/^\s*(?:nan)?\s*$/i.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return NUMBER.test(text) ? Number(text) : null;
}
