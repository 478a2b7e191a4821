/** The natural order of the texts of a column: letters as in English, digits inside a text by their value. */

const collator = new Intl.Collator("en", { numeric: true });
/** Texts that no version has any more are kept up to so many, as many as there are. */
const STALE_MIN = 1_000;

/** Where one text stands before another, in natural order; two different ones are never equal. */
export function compareTexts(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Gives texts their places in natural order. It remembers those that it has sorted, so that a table that changes pays for its new
 * texts alone.
 */
export class TextOrder {
  #sorted: string[] = [];
  #places = new Map<string, number>();

  /** The place of each text; they can be compared until the next call. */
  places(texts: readonly string[]): Float64Array {
    const unknown = texts.filter((text) => !this.#places.has(text));
    if (unknown.length > 0) this.#learn(unknown, texts);
    return Float64Array.from(texts, (text) => this.#places.get(text) ?? Number.NaN);
  }

  /** The number of remembered texts before a text: less than a place stands before it, at least as much behind it or is it. */
  before(text: string): number {
    return lowerBound(this.#sorted, text, 0);
  }

  #learn(unknown: string[], wanted: readonly string[]): void {
    const isStale = this.#sorted.length + unknown.length > 2 * wanted.length + STALE_MIN;
    const known = isStale ? [] : this.#sorted;
    const added = [...new Set(isStale ? wanted : unknown)].sort(compareTexts);
    this.#sorted = merged(known, added);
    this.#places = new Map(this.#sorted.map((text, place) => [text, place]));
  }
}

/** Both in one order; a few new texts cost few comparisons. */
function merged(known: string[], added: string[]): string[] {
  const all: string[] = [];
  let from = 0;
  for (const text of added) {
    const to = lowerBound(known, text, from);
    for (; from < to; from++) all.push(known[from] ?? "");
    all.push(text);
  }
  for (; from < known.length; from++) all.push(known[from] ?? "");
  return all;
}

function lowerBound(sorted: string[], text: string, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareTexts(sorted[middle] ?? "", text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
