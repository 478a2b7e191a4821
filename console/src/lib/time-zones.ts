/** Time zones by their names in the IANA database. */

/** The browser's own. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What is offered: UTC and the browser's own first, then all; and what is set already, however it is spelled. */
export function offeredTimeZones(set: string): string[] {
  return [...new Set([set, "UTC", ownTimeZone(), ...Intl.supportedValuesOf("timeZone")])];
}
