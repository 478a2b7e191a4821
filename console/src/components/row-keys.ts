import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { isFreeKey } from "#lib/free-keys.ts";

const CONTROLS = "a[href], button, input, [tabindex]";
const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

interface RowKeysOptions<Row> {
  box: RefObject<HTMLElement | null>;
  rows: Row[];
  rowKey: (row: Row) => string;
  /** The first row that is drawn. */
  firstShown: number;
  /** Brings a row into view, so that it is drawn. */
  scrollTo: (index: number) => void;
  /** What another key does to the row; says whether it is one that means something. */
  onKey: ((key: string, row: Row, element: HTMLElement) => boolean) | undefined;
}

/**
 * Walks through the rows of a table by keyboard: Up, Down, j and k move to the main link of a row (`data-row-link`), Enter follows
 * it. Tab reaches the controls of the active row only, so that it also leads out of a table of thousands. Without `onKey` nothing
 * of that happens.
 */
export function useRowKeys<Row>({ box, rows, rowKey, firstShown, scrollTo, onKey }: RowKeysOptions<Row>) {
  const [active, setActive] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const rowOf = (key: string) =>
    box.current?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(key)}"]`) ?? null;

  useLayoutEffect(() => {
    if (onKey === undefined) return;
    const drawn = [...(box.current?.querySelectorAll<HTMLElement>("tr[data-row]") ?? [])];
    const reached = drawn.find((row) => row.dataset.row === active) ?? drawn[0];
    for (const row of drawn)
      for (const control of row.querySelectorAll<HTMLElement>(CONTROLS))
        control.tabIndex = row === reached ? 0 : -1;
    const row = wanted.current === null ? null : rowOf(wanted.current);
    if (row === null) return;
    wanted.current = null;
    row.querySelector<HTMLElement>("[data-row-link]")?.focus();
  });

  function move(index: number) {
    const row = rows[index];
    if (row === undefined) return;
    wanted.current = rowKey(row);
    setActive(wanted.current);
    scrollTo(index);
    const drawn = rowOf(wanted.current)?.querySelector<HTMLElement>("[data-row-link]");
    if (!drawn) return;
    wanted.current = null;
    drawn.focus();
  }

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const isInside = target !== null && box.current?.contains(target) === true;
    if (!isFreeKey(event) || onKey === undefined) return;
    const index = active === null ? -1 : rows.findIndex((row) => rowKey(row) === active);
    const step = STEPS[event.key];
    if (step !== undefined) {
      // Outside of the table the arrows scroll the page.
      if (event.key.startsWith("Arrow") && !isInside) return;
      event.preventDefault();
      move(index < 0 ? firstShown : Math.min(rows.length - 1, Math.max(0, index + step)));
      return;
    }
    const row = rows[index];
    const element = active === null ? null : rowOf(active);
    if (row === undefined || element === null) return;
    const control = target?.closest("a[href], button") ?? null;
    if (event.key === "Enter" && isInside && control === null) {
      event.preventDefault();
      element.querySelector<HTMLElement>("[data-row-link]")?.click();
      return;
    }
    // Space is a control's own, but for links; elsewhere on the page it scrolls.
    if (event.key === " " && (!isInside || target?.closest("button, input") != null)) return;
    if (onKey(event.key, row, element)) event.preventDefault();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  return { active, activate: setActive };
}
