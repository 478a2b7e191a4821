/** A group's quotas: what is used, what a change adds, and whether it still fits. */
import type { Group, Quotas, Usage } from "@slipway/contracts/api/identity";
import { formatMemory } from "./memory.ts";

export interface QuotaLine {
  what: "Deployments" | "Replicas" | "Memory";
  used: number;
  /** What the change would add; negative when it gives back. */
  adds: number;
  /** Null: no bound. */
  quota: number | null;
  /** `3 of 5`. */
  words: string;
  /** `+2`, or empty when nothing changes. */
  change: string;
  exceeds: boolean;
}

export const NOTHING: Usage = { deployments: 0, replicas: 0, memoryBytes: 0 };

/** The lines of a group, with what a change would add. */
export function quotaLines({ quotas, usage }: Pick<Group, "quotas" | "usage">, adds: Usage): QuotaLine[] {
  function line(what: QuotaLine["what"], field: keyof Quotas, write: (amount: number) => string): QuotaLine {
    const [used, quota, added] = [usage[field], quotas[field], adds[field]];
    return {
      what,
      used,
      adds: added,
      quota,
      words: quota === null ? `${write(used)}, no bound` : `${write(used)} of ${write(quota)}`,
      change: added === 0 ? "" : `${added > 0 ? "+" : "−"}${write(Math.abs(added))}`,
      exceeds: quota !== null && added > 0 && used + added > quota,
    };
  }
  return [
    line("Deployments", "deployments", String),
    line("Replicas", "replicas", String),
    line("Memory", "memoryBytes", formatMemory),
  ];
}

/** What replicas of a size count for. */
export function usageOfReplicas(replicas: number, memoryBytes: number): Omit<Usage, "deployments"> {
  const count = Number.isFinite(replicas) ? Math.max(0, replicas) : 0;
  return { replicas: count, memoryBytes: count * memoryBytes };
}

/** The bounds of a group in a line: `5 deployments · 10 replicas · 32 GiB`. */
export function describeQuotas({ deployments, replicas, memoryBytes }: Quotas): string {
  const parts = [
    deployments === null ? null : `${deployments} deployment${deployments === 1 ? "" : "s"}`,
    replicas === null ? null : `${replicas} replica${replicas === 1 ? "" : "s"}`,
    memoryBytes === null ? null : formatMemory(memoryBytes),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "no bounds" : parts.join(" · ");
}
