/** Two revisions to compare, as the URL holds them: `2..5`. */

export interface RevisionRange {
  from: number;
  to: number;
}

/** Reads `2..5`; null for anything else. */
export function parseRange(text: string | undefined): RevisionRange | null {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text ?? "") ?? [];
  return from === undefined || to === undefined ? null : { from: Number(from), to: Number(to) };
}

/** Writes `2..5`. */
export function formatRange({ from, to }: RevisionRange): string {
  return `${from}..${to}`;
}
