import { useSyncExternalStore } from "react";
import { formatExact, formatRelative, formatUtc, MISSING } from "#lib/format.ts";

const TICK_MS = 15_000;
let nowMs = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A time as seen from now, with the exact one as its title; `exact` shows the date itself. */
export function Time({ at, exact = false }: { at: string | null; exact?: boolean }) {
  const now = useSyncExternalStore(subscribe, () => nowMs);
  if (at === null) return MISSING;
  const full = formatExact(at);
  const seen = formatRelative(at, now);
  return (
    <time
      dateTime={at}
      title={exact ? `${seen} · ${formatUtc(at)}` : `${full} · ${formatUtc(at)}`}
      style={{ whiteSpace: "nowrap" }}
    >
      {exact ? full : seen}
    </time>
  );
}
