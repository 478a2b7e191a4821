/** Names and ids that are proposed for a new deployment. */
import { proposeDeploymentId, proposeDeploymentName } from "@slipway/contracts/ids";

/** A display name for a deployment of a model that no existing deployment has: `iris`, `iris-2`, … */
export function proposeUniqueName(modelName: string, taken: Iterable<string>): string {
  return firstFree(proposeDeploymentName(modelName), taken);
}

/** An id for a display name that no existing deployment has. */
export function proposeUniqueId(name: string, taken: Iterable<string>): string {
  return firstFree(proposeDeploymentId(name), taken);
}

function firstFree(base: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.toLowerCase()));
  if (!names.has(base.toLowerCase())) return base;
  let number = 2;
  while (names.has(`${base}-${number}`.toLowerCase())) number += 1;
  return `${base}-${number}`;
}
