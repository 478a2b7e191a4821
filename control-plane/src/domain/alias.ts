/**
 * Following an alias: what it means now beside what serves, and what to do when it has moved. Pure.
 *
 * What a look at MLflow shows counts only once it is settled: the alias has meant the same for a quiet period, so that the
 * last of several quick moves wins. An alias that never comes to rest is taken as it is after six quiet periods: serving
 * something old for ever is worse than one roll-out too many.
 */
import type { AliasPolicy } from "@slipway/contracts/api/strategy";
import { parseModelUri } from "@slipway/contracts/model-uri";
import type { DesiredDeployment, RevisionRecord } from "./deployment.ts";

/** What the alias means, settled. */
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

/** How often an alias that does not come to rest may put off the quiet period. */
const QUIET_PERIODS_MAX = 6;

/** What the looks so far have shown of one alias. */
export interface AliasWatch {
  alias: string;
  /** Null: the alias is gone, or MLflow did not tell. */
  version: string | null;
  /** When this version was first seen. */
  since: Date;
  /** When the alias was first seen to move, and has not come to rest since. */
  unsettledSince: Date | null;
  /** The version that was settled last, so that an outage in between is no move. */
  settledVersion: string | null;
}

/** A deployment and the alias that its newest revision was asked for by. */
export interface AliasFollower {
  desired: DesiredDeployment["desired"];
  alias: string;
  policy: AliasPolicy;
  /** What the newest revision asks for, whatever became of it. */
  newestVersion: string;
  fact: AliasFact | undefined;
}

export type AliasStep =
  | { kind: "nothing" }
  /** Not settled: look again soon. */
  | { kind: "wait" }
  /** From now on it is known to mean this; nobody is told. */
  | { kind: "note"; version: string | null; changedAt: Date }
  | { kind: "tell"; from: string; version: string; changedAt: Date }
  | { kind: "roll-out"; version: string };

/** Takes a look into account. */
export function watchAlias(
  watch: AliasWatch | undefined,
  { alias, version, at, quietMs }: { alias: string; version: string | null; at: Date; quietMs: number },
): AliasWatch {
  if (watch?.alias !== alias) return { alias, version, since: at, unsettledSince: at, settledVersion: null };
  if (watch.version !== version) {
    return { ...watch, version, since: at, unsettledSince: watch.unsettledSince ?? at };
  }
  return isQuiet(watch, at, quietMs) ? { ...watch, unsettledSince: null } : watch;
}

/** What is remembered after a look was noted or told. */
export function settleWatch(watch: AliasWatch): AliasWatch {
  return { ...watch, unsettledSince: null, settledVersion: watch.version ?? watch.settledVersion };
}

/**
 * What to do after a look. `roll-out` comes only for a settled version that the newest revision does not ask for, so that a
 * failed roll-out is not repeated until the alias moves again; a stopped deployment only knows of it until it is started.
 */
export function decideAlias(
  { desired, alias, policy, newestVersion, fact }: AliasFollower,
  watch: AliasWatch,
  { at, quietMs }: { at: Date; quietMs: number },
): AliasStep {
  const known = fact?.alias === alias ? fact.version : undefined;
  const { version } = watch;
  const behind = version !== null && version !== newestVersion;
  if (version === known) {
    return behind && policy === "roll-out" && desired === "running"
      ? { kind: "roll-out", version }
      : { kind: "nothing" };
  }
  // What the newest revision asks for already is true at once: nothing comes of it.
  const settled = version === newestVersion || isQuiet(watch, at, quietMs) || isOverdue(watch, at, quietMs);
  if (!settled) return { kind: "wait" };
  const from = watch.settledVersion ?? known ?? newestVersion;
  return version === null || version === from || policy === "pin"
    ? { kind: "note", version, changedAt: watch.since }
    : { kind: "tell", from, version, changedAt: watch.since };
}

function isQuiet({ since }: AliasWatch, at: Date, quietMs: number): boolean {
  return at.getTime() - since.getTime() >= quietMs;
}

function isOverdue({ unsettledSince }: AliasWatch, at: Date, quietMs: number): boolean {
  return unsettledSince !== null && at.getTime() - unsettledSince.getTime() >= QUIET_PERIODS_MAX * quietMs;
}
