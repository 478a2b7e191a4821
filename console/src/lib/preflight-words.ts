/** Preflight findings in words. */
import type { Preflight, PreflightFinding } from "@slipway/contracts/api/preflight";
import { plural } from "./format.ts";

/** What somebody has to read, and what passed. */
export function partFindings(findings: readonly PreflightFinding[]): {
  open: PreflightFinding[];
  passed: PreflightFinding[];
} {
  return {
    open: findings.filter(({ level }) => level !== "ok"),
    passed: findings.filter(({ level }) => level === "ok"),
  };
}

/** One line before Deploy: what is wrong, worst first; null where nothing is. */
export function preflightLine({ status, findings }: Preflight): string | null {
  const level = status === "blocked" ? "error" : "warning";
  const titles = findings.filter((finding) => finding.level === level).map(({ title }) => title);
  if (status === "ready" || titles.length === 0) return null;
  const shown = titles.slice(0, 3).join(". ");
  const more = titles.length - 3;
  return more > 0 ? `${shown}, and ${plural(more, "more finding")}.` : `${shown}.`;
}
