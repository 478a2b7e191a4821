/** Texts of others, as PostgreSQL can keep them. Pure. */

/** PostgreSQL keeps neither a zero character nor half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
