/** Ends a process group: a polite signal to its leader, a bounded wait, then a kill for whatever is left. */
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, isGroupRunning } from "./process-table.ts";

const POLL_MS = 25;
const KILL_MS_MAX = 5_000;

/** Ends the group that `leader` leads and waits until nothing of it is left. */
export async function terminateGroup(leader: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  sendSignal(leader, signal);
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && isAlive(leader)) await delay(POLL_MS);
  await killGroup(leader);
}

/** Kills a group at once and waits, for a moment, until it is gone. */
export async function killGroup(leader: number): Promise<void> {
  sendSignal(-leader, "SIGKILL");
  for (let waited = 0; waited < KILL_MS_MAX && isGroupRunning(leader); waited += POLL_MS)
    await delay(POLL_MS);
}

/** Sends a signal; a target that is gone already is what was wanted. */
function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
