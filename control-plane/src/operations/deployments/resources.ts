/** The bounds of a replica for whom nobody chose others. */
import type { RevisionRecord } from "#domain/deployment.ts";

const GIBIBYTE = 1024 ** 3;

export const DEFAULT_RESOURCES: Pick<RevisionRecord, "replicas" | "cpuThreads" | "memoryBytes"> = {
  replicas: 1,
  cpuThreads: 1,
  memoryBytes: 4 * GIBIBYTE,
};
