/** How replicas take requests, in words: for the history, the form of an update and a deployment's page. */
import type { Revision } from "./api/deployment.ts";
import { type Batching, DAYS, type Day, type WarmWindow } from "./api/serving.ts";

export const DAY_WORDS: Record<Day, string> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** Whether requests are predicted together, within which bounds, and what the version's own tag makes of it. */
export function describeBatching(
  { mode, requestsMax, delayMsMax }: Batching,
  inEffect?: Revision["batchingInEffect"],
): string {
  const bounds = `up to ${requestsMax} request${requestsMax === 1 ? "" : "s"}, waiting up to ${delayMsMax} ms`;
  const words = mode === "off" ? "off" : `${mode}, ${bounds}`;
  return inEffect?.from === "version tag" ? `${words}; ${inEffect.mode} by the version's tag` : words;
}

/** How many requests an endpoint takes at the same time. */
export function describeConcurrency(concurrencyMax: number | null): string {
  return concurrencyMax === null ? "no bound of its own" : `at most ${concurrencyMax}`;
}

/** `Mon to Fri 08:00 to 18:00 (Europe/Berlin)`, one after another. */
export function describeWarmWindows(windows: readonly WarmWindow[]): string {
  if (windows.length === 0) return "none";
  return windows
    .map(({ days, from, to, timeZone }) => `${describeDays(days)} ${from} to ${to} (${timeZone})`)
    .join("; ");
}

/** Days in the order of the week, three and more that follow one another as a range. */
function describeDays(days: readonly Day[]): string {
  if (days.length === DAYS.length) return "every day";
  const chosen = DAYS.map((day) => days.includes(day));
  const words: string[] = [];
  for (let first = 0; first < DAYS.length; first++) {
    if (!chosen[first]) continue;
    let last = first;
    while (chosen[last + 1]) last++;
    const named = DAYS.slice(first, last + 1).map((day) => DAY_WORDS[day]);
    words.push(named.length > 2 ? `${named[0]} to ${named.at(-1)}` : named.join(", "));
    first = last;
  }
  return words.join(", ");
}
