/** Which version a form is about to deploy, with how much memory, for its preflight. */
import { useDebouncedValue } from "@mantine/hooks";
import type { Revision } from "@slipway/contracts/api/deployment";
import type { VersionRef } from "#data/benchmarks.ts";
import { useInstanceTypes } from "#data/instance-types.ts";
import { namedVersion, resolvedUri } from "#lib/read-model-uri.ts";
import { type SpecForm, sizeOf } from "#lib/spec-form.ts";

/** While one types, nothing is checked. */
const TYPING_MS = 400;

/** Null while the form names no exact version, or its size is not known yet. */
export function useFormPreflight(
  group: string,
  { form, base, aliasVersion }: { form: SpecForm; base: Revision | null; aliasVersion: string | null },
): { version: VersionRef; memoryBytes: number } | null {
  const types = useInstanceTypes().data?.items ?? [];
  const [uri] = useDebouncedValue(resolvedUri(form.modelUri, aliasVersion), TYPING_MS);
  const named = namedVersion(uri);
  const size = sizeOf(form, types, base);
  return named === null || size === null
    ? null
    : { version: { group, ...named }, memoryBytes: size.memoryBytes };
}
