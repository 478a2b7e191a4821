/** Events of a deployment in words. */
import type { DeploymentEvent } from "@slipway/contracts/api/deployment";

const SYSTEM = "slipway";

/** Who acts: people, or Slipway by itself. */
export function actsBySystem({ actor }: Pick<DeploymentEvent, "actor">): boolean {
  return actor === SYSTEM;
}

/** `rollout.succeeded` → `Rollout succeeded`. */
export function eventWords(kind: string): string {
  const words = kind.replaceAll(/[.-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
