/** Whether users other than the owner may pass through to a path. */
import { statSync } from "node:fs";
import { dirname } from "node:path";

const OTHERS_EXECUTE = 0o001;

/** True when every folder above `path` lets everybody pass. */
export function reachableByOthers(path: string): boolean {
  const parent = dirname(path);
  if (parent === path) return true;
  return (statSync(parent).mode & OTHERS_EXECUTE) !== 0 && reachableByOthers(parent);
}
