/** What the alias that a deployment was made from means now, beside what serves. Pure. */
import type { AliasPolicy } from "@slipway/contracts/api/strategy";
import { parseModelUri } from "@slipway/contracts/model-uri";
import type { RevisionRecord } from "./deployment.ts";

/** What the follower of aliases has seen last. */
export interface AliasFact {
  alias: string;
  version: string | null;
  changedAt: Date;
  seenAt: Date;
}

export interface AliasView {
  name: string;
  policy: AliasPolicy;
  version: string | null;
  moved: boolean;
  changedAt: string | null;
  seenAt: string | null;
}

/** The alias that a revision was asked for by; null when it was asked for by its version. */
export function aliasOf(revision: Pick<RevisionRecord, "requestedModelUri">): string | null {
  const reference = parseModelUri(revision.requestedModelUri);
  return "alias" in reference ? reference.alias : null;
}

/** `servingVersion` is null while nothing serves. */
export function viewAlias(
  latest: Pick<RevisionRecord, "requestedModelUri" | "aliasPolicy">,
  fact: AliasFact | undefined,
  servingVersion: string | null,
): AliasView | null {
  const name = aliasOf(latest);
  if (name === null) return null;
  const known = fact?.alias === name ? fact : undefined;
  const version = known?.version ?? null;
  return {
    name,
    policy: latest.aliasPolicy,
    version,
    moved: version !== null && servingVersion !== null && version !== servingVersion,
    changedAt: known?.changedAt.toISOString() ?? null,
    seenAt: known?.seenAt.toISOString() ?? null,
  };
}
