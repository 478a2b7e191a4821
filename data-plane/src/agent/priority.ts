/** Lets what serves go first: a worker that is being started gets the processor only when nobody else wants it. */
import { readdir } from "node:fs/promises";
import { constants, setPriority } from "node:os";

const STARTING = constants.priority.PRIORITY_BELOW_NORMAL;
const SERVING = constants.priority.PRIORITY_NORMAL;

/** Only root may raise a priority again, so nobody else lowers one. */
const MAY_RAISE = process.platform === "linux" && process.getuid?.() === 0;

/** Puts a worker that begins to load behind those that serve. */
export function stepBack(pid: number): void {
  if (MAY_RAISE) setOne(pid, STARTING);
}

/** Puts a worker that has loaded level with the others, with all threads that it has begun meanwhile. */
export async function stepForward(pid: number): Promise<void> {
  if (!MAY_RAISE) return;
  await setAll(pid, SERVING);
}

/** Keeps a worker behind the others for good, with all threads that it has begun. */
export async function stayBack(pid: number): Promise<void> {
  if (process.platform !== "linux") return;
  await setAll(pid, STARTING);
}

async function setAll(pid: number, priority: number): Promise<void> {
  // The process may have ended between the two looks.
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const thread of threads) setOne(Number(thread), priority);
}

/** Linux keeps a priority for each thread. */
function setOne(thread: number, priority: number): void {
  try {
    setPriority(thread, priority);
  } catch {
    // It has ended.
  }
}
