/** The times at which at least one replica stays ready although nobody calls. Pure. */
import { DAYS, type WarmWindow } from "@slipway/contracts/api/serving";

type Day = (typeof DAYS)[number];

/**
 * True within one of the windows. The wall clock of the window's time zone decides: a time that a change of the clock skips is
 * not waited for, and one that comes twice counts twice. A window belongs to the day on which it begins.
 */
export function isWarm(windows: readonly WarmWindow[], now: Date): boolean {
  return windows.some((window) => isWithin(window, now));
}

function isWithin({ days, from, to, timeZone }: WarmWindow, now: Date): boolean {
  const { day, time } = wallClock(timeZone, now);
  // Times of day have two digits each: their texts are in the order of the times.
  if (from < to) return days.includes(day) && from <= time && time < to;
  return (days.includes(day) && from <= time) || (days.includes(dayBefore(day)) && time < to);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string, now: Date): { day: Day; time: string } {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    clocks.set(timeZone, clock);
  }
  const parts = clock.formatToParts(now);
  const part = (wanted: Intl.DateTimeFormatPartTypes) =>
    parts.find(({ type }) => type === wanted)?.value ?? "";
  const name = part("weekday").toLowerCase();
  const day = DAYS.find((candidate) => candidate === name);
  if (day === undefined) throw new Error(`'${name}' is not the name of a day`);
  return { day, time: `${part("hour")}:${part("minute")}` };
}

function dayBefore(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + DAYS.length - 1) % DAYS.length] ?? day;
}
