/** Two people editing: my changes on top of a newer revision, field by field and entry by entry. */
import { sameValue } from "@slipway/contracts/same-value";
import type { MetadataRow, SpecForm } from "./spec-form.ts";
import type { VariableRow } from "./variable-rows.ts";

interface Editions {
  /** What I began with. */
  base: SpecForm;
  mine: SpecForm;
  /** What the deployment asks for now. */
  theirs: SpecForm;
}

/** Takes `theirs` and changes in it only what I have changed. */
export function rebaseEdits({ base, mine, theirs }: Editions): SpecForm {
  const merged: SpecForm = { ...theirs };
  for (const field of Object.keys(mine) as (keyof SpecForm)[]) {
    if (!sameValue(mine[field], base[field])) Object.assign(merged, { [field]: mine[field] });
  }
  const stored = new Set(theirs.variables.filter((row) => row.stored).map(({ name }) => name));
  return {
    ...merged,
    variables: rebaseRows<VariableRow>(
      [base.variables, mine.variables, theirs.variables],
      ({ secret, value, stored: kept }) => [secret, kept ? null : value],
    ).map((row) => ({ ...row, storedAs: stored.has(row.name.trim()) ? row.name.trim() : null })),
    metadata: rebaseRows<MetadataRow>([base.metadata, mine.metadata, theirs.metadata], ({ value }) => value),
  };
}

function rebaseRows<Row extends { key: number; name: string }>(
  [base, mine, theirs]: [base: Row[], mine: Row[], theirs: Row[]],
  contentOf: (row: Row) => unknown,
): Row[] {
  const [inBase, inMine, inTheirs] = [base, mine, theirs].map(
    (rows) => new Map(rows.map((row) => [row.name.trim(), row])),
  ) as [Map<string, Row>, Map<string, Row>, Map<string, Row>];
  function isMine(name: string): boolean {
    const [before, now] = [inBase.get(name), inMine.get(name)];
    if (before === undefined || now === undefined) return before !== now;
    return !sameValue(contentOf(before), contentOf(now));
  }
  const names = [...new Set([...inTheirs.keys(), ...inMine.keys()])];
  return names
    .flatMap((name) => (isMine(name) ? inMine.get(name) : inTheirs.get(name)) ?? [])
    .map((row, key) => ({ ...row, key }));
}
