import type { Revision } from "@slipway/contracts/api/deployment";
import { VersionChange } from "#components/version-change.tsx";
import { readModelUri } from "#lib/read-model-uri.ts";

interface VersionOfUpdateProps {
  group: string;
  /** What runs now, or the newest revision while nothing runs. */
  from: Revision;
  /** What will run, as far as that is known. */
  modelUri: string;
}

/** What another version means for callers and for the environment; nothing where the version stays. */
export function VersionOfUpdate({ group, from, modelUri }: VersionOfUpdateProps) {
  const read = readModelUri(modelUri);
  if (modelUri === from.modelUri || !("parsed" in read) || !("version" in read.parsed)) return null;
  const before = { name: from.modelName, version: from.resolvedVersion };
  return <VersionChange group={group} before={before} after={read.parsed} folded />;
}
