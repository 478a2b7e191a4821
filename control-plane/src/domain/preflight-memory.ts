/** Whether a version fits into the memory of a replica. Pure. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import { findingsOf } from "./preflight-finding.ts";

const finding = findingsOf("memory");

export interface MemoryFacts {
  sizeBytes: number | null;
  /** What a replica may use. */
  limitBytes: number;
  /** Of a benchmark of this very version. */
  measuredBytes: number | null;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** What Python takes with MLflow and a usual library. */
const BASE_BYTES = 200 * MIB;
/** The files while they are read, what they become in memory, and room to predict. */
const FACTOR = 3;
/** A measurement above this share of the limit leaves little for larger requests. */
const MEASURED_SHARE_MAX = 0.8;

/** Judges by what was measured, else by the size of the files. */
export function memoryFinding({ sizeBytes, limitBytes, measuredBytes }: MemoryFacts): PreflightFinding {
  const limit = formatMemory(limitBytes);
  if (measuredBytes !== null) {
    const detail = `A replica took ${formatMemory(measuredBytes)} when it was measured; the limit is ${limit}.`;
    if (measuredBytes > limitBytes)
      return finding("error", "It needs more memory", detail, largerThan(measuredBytes));
    if (measuredBytes > limitBytes * MEASURED_SHARE_MAX) {
      return finding("warning", "Its memory is tight", detail, largerThan(measuredBytes));
    }
    return finding("ok", "It fits into memory", detail, null);
  }
  if (sizeBytes === null) {
    const detail = `Its size is not known; the limit is ${limit}.`;
    return finding("info", "Memory could not be estimated", detail, "Measure the version to know.");
  }
  const neededBytes = BASE_BYTES + FACTOR * sizeBytes;
  const detail = `Its files are ${formatMemory(sizeBytes)}: with Python and its libraries it may take ${formatMemory(neededBytes)}; the limit is ${limit}.`;
  if (neededBytes > limitBytes) {
    return finding(
      "warning",
      "It may need more memory",
      detail,
      `${largerThan(neededBytes)} Measure it to know.`,
    );
  }
  return finding("ok", "It should fit into memory", detail, null);
}

function largerThan(bytes: number): string {
  return `Choose an instance type with more than ${formatMemory(bytes)}.`;
}

/** `2 KiB`, `300 MiB`, `1.5 GiB`. */
function formatMemory(bytes: number): string {
  if (bytes < MIB) return `${Math.max(1, Math.round(bytes / 1024))} KiB`;
  if (bytes < GIB) return `${Math.round(bytes / MIB)} MiB`;
  return `${Number((bytes / GIB).toFixed(1))} GiB`;
}
