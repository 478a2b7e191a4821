/** Whether requests are predicted together: what the spec asks for, and what the version's own tag says of it. Pure. */
import type { Revision } from "@slipway/contracts/api/deployment";
import { BATCHING_TAG, type Batching, type BatchingTag } from "@slipway/contracts/api/serving";

/** What the tag of a version says; null without one, and for one that says anything else. */
export function batchingTagOf(tags: Record<string, string>): BatchingTag | null {
  const text = Object.hasOwn(tags, BATCHING_TAG) ? tags[BATCHING_TAG]?.trim().toLowerCase() : undefined;
  return text === "on" || text === "off" ? text : null;
}

/** Says that a version's tag means nothing; null when it does, or there is none. */
export function batchingTagWarning(tags: Record<string, string>): string | null {
  if (!Object.hasOwn(tags, BATCHING_TAG) || batchingTagOf(tags) !== null) return null;
  return `The tag '${BATCHING_TAG}' of this version is '${tags[BATCHING_TAG]}', which says nothing. Set it to 'on' or 'off' in MLflow.`;
}

interface Asked {
  batching: Batching;
  batchingTag: BatchingTag | null;
}

/** The mode that holds, and who says so. */
export function batchingInEffect({ batching: { mode }, batchingTag }: Asked): Revision["batchingInEffect"] {
  return mode === "auto" && batchingTag !== null
    ? { mode: batchingTag, from: "version tag" }
    : { mode, from: "spec" };
}

/** What a runtime is told. */
export function effectiveBatching(asked: Asked): Batching {
  return { ...asked.batching, mode: batchingInEffect(asked).mode };
}
