/** The search part of the console's URLs: plain text values, readable as written. */

/** Reads `?a=1&b=x`; every value stays text. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Writes `?a=1&b=x`, leaving `,` `/` `:` and `@` readable. Absent values are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === "string") params.set(key, value);
  }
  const text = params.toString().replace(/%(2C|2F|3A|40)/g, (encoded) => decodeURIComponent(encoded));
  return text === "" ? "" : `?${text}`;
}

/** Makes a route's `validateSearch` that keeps the named texts. */
export function textSearch<Key extends string>(...keys: Key[]) {
  return (search: Record<string, unknown>): { [K in Key]?: string | undefined } => {
    const kept: { [K in Key]?: string } = {};
    for (const key of keys) {
      const value = search[key];
      if (typeof value === "string") kept[key] = value;
    }
    return kept;
  };
}

/** A path of this console to return to after sign-in; anything else becomes `/`. */
export function safeReturnPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) && !path.startsWith("/sign-in") ? path : "/";
}
