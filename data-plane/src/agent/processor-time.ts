/** How much of the processors a process has taken. */
import { readFile } from "node:fs/promises";

/** Linux tells it in hundredths of a second, whatever its clock (`USER_HZ`, proc(5)). */
const TICK_MS = 10;
/** Of what stands after the name: utime and stime. */
const UTIME = 11;
const STIME = 12;

/** What all of its threads have taken so far, in ms; null where the system does not tell, or the process is gone. */
export async function processorMs(pid: number): Promise<number | null> {
  if (process.platform !== "linux") return null;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
  } catch {
    return null; // it ended
  }
}
