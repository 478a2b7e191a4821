/**
 * Whether two values are the same as JSON, whatever the order of their keys: PostgreSQL's jsonb gives objects back with their
 * keys in an order of its own. What JSON leaves out counts for nothing.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sortKeys) === JSON.stringify(other, sortKeys);
}

function sortKeys(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
