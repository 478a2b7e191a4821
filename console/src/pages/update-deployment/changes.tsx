import type { Revision } from "@slipway/contracts/api/deployment";
import type { SpecChange } from "@slipway/contracts/api/rollout";
import { SpecChanges } from "#components/spec-changes.tsx";

interface ChangesProps {
  label: string;
  /** What the changes are told apart from: what runs now, or the newest revision while nothing runs. */
  from: Revision;
  runs: boolean;
  changes: SpecChange[];
}

/** What runs now, and what will run. */
export function Changes({ label, from, runs, changes }: ChangesProps) {
  return (
    <SpecChanges
      label={label}
      changes={changes}
      from={runs ? `Runs now (revision ${from.number})` : `Newest revision (${from.number})`}
      to="Will run"
      none={`Nothing changes: this makes a new revision of ${runs ? "what runs now" : "the newest one"} (${from.modelUri}), with new replicas.`}
    />
  );
}
