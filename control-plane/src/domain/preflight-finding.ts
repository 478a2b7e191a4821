/** Findings of one check of a preflight. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";

type Finding = (
  level: PreflightFinding["level"],
  title: string,
  detail: string,
  remedy: string | null,
) => PreflightFinding;

/** Makes what writes findings of a check. */
export function findingsOf(check: PreflightFinding["check"]): Finding {
  return (level, title, detail, remedy) => ({ check, level, title, detail, remedy });
}
