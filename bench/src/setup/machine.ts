/** What machine this is, for a report. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";

/** One line: processor, cores, memory, kernel. */
export function describeMachine(): string {
  const memoryGib = Math.round(totalmem() / 1024 ** 3);
  const virtual = /^flags\s*:.*\bhypervisor\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  return `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores${virtual ? " of a virtual machine" : ""}, ${memoryGib} GiB, Linux ${release()}, Node ${process.versions.node}`;
}
