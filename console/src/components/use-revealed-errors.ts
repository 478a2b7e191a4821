import { type RefObject, useEffect, useState } from "react";
import type { FieldErrors } from "#lib/field-errors.ts";
import { type SectionName, sectionOf } from "#lib/spec-errors.ts";

interface Revealed {
  opened: ReadonlySet<SectionName>;
  toggle: (section: SectionName) => void;
}

/** Which parts of the form are unfolded. After each attempt that failed, those with errors are, and the first error has the focus. */
export function useRevealedErrors(
  form: RefObject<HTMLFormElement | null>,
  { errors, attempts, failure }: { errors: FieldErrors; attempts: number; failure: Error | null },
): Revealed {
  const [opened, setOpened] = useState<ReadonlySet<SectionName>>(new Set());
  const [focusRequests, setFocusRequests] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: errors that come while somebody types move nothing
  useEffect(() => {
    if (attempts === 0 && failure === null) return;
    const wrong = Object.keys(errors).flatMap((field) => sectionOf(field) ?? []);
    setOpened((old) => new Set([...old, ...wrong]));
    setFocusRequests((count) => count + 1);
  }, [attempts, failure]);
  useEffect(() => {
    if (focusRequests > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-field-error]')?.focus();
  }, [focusRequests, form]);
  function toggle(section: SectionName): void {
    setOpened((old) => {
      const next = new Set(old);
      if (!next.delete(section)) next.add(section);
      return next;
    });
  }
  return { opened, toggle };
}
