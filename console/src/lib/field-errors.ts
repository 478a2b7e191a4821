/** What is wrong with the fields of a form: `strategy.steps.1.weight` → sentence. */
import type { z } from "zod";

export type FieldErrors = Record<string, string>;

/** The errors of the fields under a name, without it: `variables.0.name` → `0.name`. */
export function fieldsUnder(errors: FieldErrors, name: string): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([field, message]) =>
      field.startsWith(`${name}.`) ? [[field.slice(name.length + 1), message]] : [],
    ),
  );
}

/** The same errors under a name; what is wrong with the whole stands under the name itself. */
export function prefixed(name: string, errors: FieldErrors): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).map(([field, message]) => [field === "" ? name : `${name}.${field}`, message]),
  );
}

/** What a schema has against a value, by field. `scale` says by what a field's bounds are multiplied where it is shown. */
export function issuesOf(
  schema: z.ZodType,
  value: unknown,
  scale: (field: string) => number = () => 1,
): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of schema.safeParse(value).error?.issues ?? []) {
    const field = issue.path.join(".");
    errors[field] ??= sentenceOf(issue, scale(field));
  }
  return errors;
}

const SCHEMA_WORDS = /^(Too small|Too big|Invalid input|Invalid option)/;

/** The contract's own sentence; where it has none, one about the bound. */
function sentenceOf(issue: z.core.$ZodIssue, scale: number): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (!SCHEMA_WORDS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "too_small":
      return `Give at least ${Number(issue.minimum) * scale}.`;
    case "too_big":
      return issue.origin === "string"
        ? `Use at most ${issue.maximum} characters.`
        : `Give at most ${Number(issue.maximum) * scale}.`;
    case "invalid_type":
      return issue.expected === "int" ? "Give a whole number." : "Give a number.";
    default:
      return issue.message;
  }
}
