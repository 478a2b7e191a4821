/** Notices a process that waits for something that never comes, e.g. for a lock that a thread held which a fork has lost. */
import { processorTicks } from "./process-records.ts";

const LOOK_MS = 1_000;

/** Calls `stalled` once when the process has used no processor time for so long; gives what ends the watch. */
export function watchForStall(pid: number, stallMs: number, stalled: () => void): () => void {
  let ticks = processorTicks(pid);
  let movedAtMs = performance.now();
  const looking = setInterval(() => {
    const now = processorTicks(pid);
    if (now !== ticks || now === undefined) {
      [ticks, movedAtMs] = [now, performance.now()];
    } else if (performance.now() - movedAtMs >= stallMs) {
      clearInterval(looking);
      stalled();
    }
  }, LOOK_MS);
  looking.unref();
  return () => clearInterval(looking);
}
