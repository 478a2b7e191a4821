/** Who runs and who gets requests in each phase of a rollout. `serving` is null when nothing serves beside the target. */
import type { Share } from "./plan-terms.ts";

/** The serving revision keeps all requests until the target has passed its smoke test. */
export function bringUpShares(target: number, serving: number | null): Share[] {
  return canaryShares(target, serving, 0);
}

/** The target gets a part of the requests, in percent. */
export function canaryShares(target: number, serving: number | null, weight: number): Share[] {
  if (serving === null) return [{ revision: target, weight: 100 }];
  return [
    { revision: serving, weight: 100 - weight },
    { revision: target, weight },
  ];
}

/** The target gets copies of a part of the requests, in percent; its answers reach nobody. */
export function shadowShares(target: number, serving: number | null, percent: number): Share[] {
  if (serving === null) return [{ revision: target, weight: 100 }];
  return [
    { revision: serving, weight: 100 },
    { revision: target, weight: 0, mirrorPercent: percent },
  ];
}

/** The target gets everything; the revision before finishes what it has and stands by. */
export function movedShares(target: number, serving: number | null): Share[] {
  const all = { revision: target, weight: 100 };
  return serving === null ? [all] : [all, { revision: serving, weight: 0, fallback: true }];
}

/** Only what serves. */
export function servingShares(serving: number | null): Share[] {
  return serving === null ? [] : [{ revision: serving, weight: 100 }];
}
