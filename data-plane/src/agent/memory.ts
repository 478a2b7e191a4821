/** How much memory a process holds. */
import { readFile } from "node:fs/promises";

/** The resident set of a process in bytes; null where the system does not tell, or the process is gone. */
export async function residentBytes(pid: number): Promise<number | null> {
  if (process.platform !== "linux") return null;
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null; // it ended
  }
}
