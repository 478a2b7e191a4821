/** Memory as people size it: in binary units. */
const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;

/** Writes a size of memory: `4 GiB`, `1.5 GiB`, `512 MiB`. */
export function formatMemory(bytes: number): string {
  if (bytes > 0 && bytes < GIB) return `${Math.round(bytes / MIB)} MiB`;
  return `${Number((bytes / GIB).toFixed(2)).toLocaleString("en")} GiB`;
}

/** Bytes as the GiB that a field shows, without losing a MiB. */
export function gibOf(bytes: number): number {
  return Number((bytes / GIB).toFixed(4));
}

/** The size of a replica in words: `1 CPU thread, 4 GiB`. */
export function formatSize({ cpuThreads, memoryBytes }: { cpuThreads: number; memoryBytes: number }): string {
  return `${cpuThreads} CPU thread${cpuThreads === 1 ? "" : "s"}, ${formatMemory(memoryBytes)}`;
}
