/** Reads the system's process table: from `/proc` on Linux, through `ps` elsewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** True while a process (or, for a negative id, any member of a process group) exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * A word that tells a process from a later one with the same id, or `undefined` when there is none. A zombie counts
 * as gone: nobody can end it any more.
 */
export function startMark(pid: number): string | undefined {
  if (!existsSync("/proc/self/stat")) return startMarkByPs(pid);
  const fields = statFields(String(pid));
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

/** True while a process group has a member that still runs. What is dead but not yet collected does not count. */
export function isGroupRunning(groupId: number): boolean {
  if (!isAlive(-groupId) || !existsSync("/proc/self/stat")) return isAlive(-groupId);
  return membersOf(groupId).length > 0;
}

/** The members of a process group whose environment says that they belong to `home`. Empty where there is no `/proc`. */
export function groupMembersOf(groupId: number, home: string): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return membersOf(groupId).filter((pid) => hasHome(String(pid), home));
}

/** The words of a process's command line, where `/proc` tells them. */
export function commandLine(pid: number): string[] | undefined {
  return readText(`/proc/${pid}/cmdline`)?.split("\0").slice(0, -1);
}

/** The fields of `/proc/<pid>/stat` behind the command's name: state, parent, group, … the start time is the 20th. */
function statFields(pid: string): string[] | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function membersOf(groupId: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const fields = statFields(name);
      return fields?.[2] === String(groupId) && fields[0] !== "Z";
    })
    .map(Number);
}

function hasHome(pid: string, home: string): boolean {
  return readText(`/proc/${pid}/environ`)?.split("\0").includes(`SLIPWAY_HOME=${home}`) ?? false;
}

/** A file of a process may vanish with it between two looks, or belong to somebody else: both mean "not ours". */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function startMarkByPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
