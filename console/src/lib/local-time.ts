/** Times as a `datetime-local` or `date` field holds them, in the browser's time zone, and back. */

/** `2026-11-24T15:03:00`, as the field wants it; empty for a text that is no time. */
export function toLocalTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The time that a field holds, in UTC; null while it holds none. */
export function fromLocalTime(text: string): string | null {
  const time = new Date(text);
  return text === "" || Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The end of the day that a date field holds, in UTC; null for an empty field. */
export function endOfLocalDay(date: string): string | null {
  return fromLocalTime(date === "" ? "" : `${date}T23:59:59`);
}
