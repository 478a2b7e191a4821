/** Tags as the rows of a form, and what their change asks for. */
import { DEPLOYMENTS_TAG, type RegistryEdit, tagKeySchema } from "@slipway/contracts/api/registry-edit";
import type { FieldErrors } from "./field-errors.ts";

export interface TagRow {
  /** Stays the same while the row is edited. */
  key: number;
  name: string;
  value: string;
}

type Tags = Record<string, string>;

/** The tags that people may change, by name. */
export function tagRows(tags: Tags): TagRow[] {
  return Object.entries(tags)
    .filter(([name]) => name !== DEPLOYMENTS_TAG)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value], key) => ({ key, name, value }));
}

/** The rows with an empty one at the end. */
export function withNewTag(rows: TagRow[]): TagRow[] {
  return [...rows, { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, name: "", value: "" }];
}

/** What is wrong with each row, by its place. A row that is empty throughout counts as none. */
export function tagErrors(rows: TagRow[]): FieldErrors {
  const errors: FieldErrors = {};
  const seen = new Set<string>();
  for (const [index, { name, value }] of rows.entries()) {
    const key = name.trim();
    if (key === "" && value === "") continue;
    const issue = tagKeySchema.safeParse(key).error?.issues[0]?.message;
    if (issue !== undefined) errors[index] = issue;
    else if (seen.has(key)) errors[index] = "There is another row with this key.";
    seen.add(key);
  }
  return errors;
}

/** The change that makes the tags what the rows say, based on what they were; null when nothing differs. */
export function tagEdit(rows: TagRow[], base: Tags): RegistryEdit | null {
  const wanted = new Map(rows.map(({ name, value }) => [name.trim(), value]));
  wanted.delete("");
  const tags: Record<string, string | null> = {};
  const expected: Record<string, string | null> = {};
  for (const { name } of tagRows(base)) if (!wanted.has(name)) tags[name] = null;
  for (const [name, value] of wanted) if (base[name] !== value) tags[name] = value;
  for (const name of Object.keys(tags)) expected[name] = base[name] ?? null;
  return Object.keys(tags).length === 0 ? null : { tags, expected: { tags: expected } };
}

/** The tags as somebody else has left them. */
export function rebased(base: Tags, current: { name: string; value: string | null }[]): Tags {
  const others = current.map(({ name }) => name);
  const kept = Object.entries(base).filter(([name]) => !others.includes(name));
  const theirs = current.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]));
  return Object.fromEntries([...kept, ...theirs]);
}

/** The rows with what somebody else has set in place of one's own. */
export function withTheirs(rows: TagRow[], current: { name: string; value: string | null }[]): TagRow[] {
  const others = new Set(current.map(({ name }) => name));
  let next = rows.filter(({ name }) => !others.has(name.trim()));
  for (const { name, value } of current) {
    if (value === null) continue;
    next = withNewTag(next).map((row, at, all) => (at === all.length - 1 ? { ...row, name, value } : row));
  }
  return next;
}
