/**
 * What is written down about each running process, so that a later supervisor finds and ends what an earlier one that
 * was killed had to leave behind. A record is believed only when the process with that id is the very same one.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { groupMembersOf, startMark } from "./process-table.ts";
import { killGroup, terminateGroup } from "./terminate.ts";

const SUFFIX = ".pid.json";

const recordSchema = z.object({
  name: z.string(),
  pid: z.number().int().positive(),
  startMark: z.string(),
  stopSignal: z.enum(["SIGTERM", "SIGINT"]),
});

/** Writes down a process that was just started. */
export function writeRecord(
  runFolder: string,
  name: string,
  pid: number,
  stopSignal: "SIGTERM" | "SIGINT",
): void {
  const mark = startMark(pid);
  if (mark === undefined) return; // dead already: nothing can be left behind
  writeFileSync(join(runFolder, name + SUFFIX), JSON.stringify({ name, pid, startMark: mark, stopSignal }), {
    mode: 0o600,
  });
}

/** Forgets a process that has ended. */
export function removeRecord(runFolder: string, name: string): void {
  rmSync(join(runFolder, name + SUFFIX), { force: true });
}

/**
 * Ends what earlier supervisors of `home` left running under one of `names`, and returns the names of what was found.
 */
export async function endOrphans(
  { home, run }: { home: string; run: string },
  names: readonly string[],
): Promise<string[]> {
  const files = readdirSync(run).filter((file) => file.endsWith(SUFFIX));
  const wanted = files.filter((file) => names.includes(file.slice(0, -SUFFIX.length)));
  const ended = await Promise.all(wanted.map((file) => endRecorded(join(run, file), home)));
  return ended.filter((name) => name !== undefined);
}

async function endRecorded(path: string, home: string): Promise<string | undefined> {
  const record = parseRecord(readFileSync(path, "utf8"));
  let found = false;
  if (record !== undefined && startMark(record.pid) === record.startMark) {
    found = true;
    await terminateGroup(record.pid, record.stopSignal, 10_000);
  } else if (record !== undefined && groupMembersOf(record.pid, home).length > 0) {
    found = true;
    await killGroup(record.pid);
  }
  rmSync(path, { force: true });
  return found ? record?.name : undefined;
}

/** A record that was cut short by a full disk or a crash names nobody. */
function parseRecord(text: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
