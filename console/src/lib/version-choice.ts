/** Versions that were chosen to be compared, as they stand in a URL: `iris-classifier/1,iris-classifier/3`. */

/** A version of a registered model. */
export interface VersionChoice {
  name: string;
  version: string;
}

/** Fewer are no comparison, more fit on no screen. */
export const COMPARED_MIN = 2;
export const COMPARED_MAX = 10;

/** Writes `iris-classifier/1,iris-classifier/3`; a name's own commas and percent signs are encoded. */
export function formatVersions(choices: VersionChoice[]): string {
  return choices.map(({ name, version }) => `${encodeURIComponent(name)}/${version}`).join(",");
}

/** Reads what {@link formatVersions} wrote; what is not a version is dropped, what is named twice stands once. */
export function parseVersions(text: string): VersionChoice[] {
  const parts = new Set(text.split(","));
  return [...parts].flatMap((part) => {
    const [, encoded, version] = /^([^/]+)\/([1-9]\d*)$/.exec(part) ?? [];
    const name = encoded === undefined ? null : decoded(encoded);
    return name === null || version === undefined ? [] : [{ name, version }];
  });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
