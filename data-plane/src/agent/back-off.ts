/** How long to wait before the next try. Pure. */

/** 1 s, 2 s, 4 s … up to a minute; `attempt` counts from 0. */
export function backOffMs(attempt: number): number {
  return Math.min(60_000, 1_000 * 2 ** Math.max(0, attempt));
}
