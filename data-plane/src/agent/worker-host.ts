/** What all workers and templates of this data plane have in common. */
import { join } from "node:path";
import type { ProcessRecords } from "./process-records.ts";

export interface WorkerHost {
  workerFolder: string;
  socketsFolder: string;
  scratchFolder: string;
  /** The few variables of the host that a worker may see. */
  environment: Record<string, string>;
  records: ProcessRecords;
  loadTimeoutMs: number;
  /** Told of what could not be cleaned up. */
  warn: (error: unknown) => void;
}

/** What a worker's process needs beside the deployment's own variables; they go before these. */
export function baseEnvironment(
  host: WorkerHost,
  {
    python,
    cpuThreads,
    variables = {},
  }: { python: string; cpuThreads: number; variables?: Record<string, string> },
  home: string,
): Record<string, string> {
  const threads = String(cpuThreads);
  return {
    LANG: "C.UTF-8",
    ...host.environment,
    ...variables,
    PATH: `${join(python, "..")}:/usr/local/bin:/usr/bin:/bin`,
    ...homeVariables(home),
    USER: "slipway",
    LOGNAME: "slipway",
    PYTHONPATH: host.workerFolder,
    PYTHONUNBUFFERED: "1",
    PYTHONNOUSERSITE: "1",
    OMP_NUM_THREADS: threads,
    OPENBLAS_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    NUMEXPR_NUM_THREADS: threads,
  };
}

/** What makes a folder a process's home. */
export function homeVariables(home: string): Record<string, string> {
  return { HOME: home, TMPDIR: home };
}
