/** How much memory a process holds. */
import { readFile } from "node:fs/promises";

/** The resident set of a process in bytes; null where the system does not tell, or the process is gone. */
export function residentBytes(pid: number): Promise<number | null> {
  return readBytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m);
}

/**
 * What a process holds alone and its share of what it has in common with others. Linux walks all of its pages for that:
 * not to be asked every second.
 */
export function proportionalBytes(pid: number): Promise<number | null> {
  return readBytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);
}

async function readBytes(path: string, line: RegExp): Promise<number | null> {
  if (process.platform !== "linux") return null;
  try {
    const kib = line.exec(await readFile(path, "utf8"))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null; // it ended
  }
}
