/** Work that many ask for at once and that need not be done for each of them. */

/** Does the work of a key, never the same twice at once. */
export type SharedWork<Outcome> = (key: string, work: () => Promise<Outcome>) => Promise<Outcome>;

/** Who asks while the work is under way gets its outcome. */
export function joinCurrent<Outcome>(): SharedWork<Outcome> {
  const current = new Map<string, Promise<Outcome>>();
  return (key, work) => {
    const known = current.get(key);
    if (known !== undefined) return known;
    const outcome = work().finally(() => current.delete(key));
    current.set(key, outcome);
    return outcome;
  };
}

/**
 * Who asks while the work is under way shares the next turn with all others who do: it begins after they asked, so that it cannot
 * miss what they did before.
 */
export function joinNext<Outcome>(): SharedWork<Outcome> {
  const turns = new Map<string, { current: Promise<Outcome>; next: Promise<Outcome> | null }>();

  function begin(key: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const turn = { current: work(), next: null };
    turns.set(key, turn);
    const end = () => {
      if (turns.get(key) === turn && turn.next === null) turns.delete(key);
    };
    turn.current.then(end, end);
    return turn.current;
  }

  return (key, work) => {
    const turn = turns.get(key);
    if (turn === undefined) return begin(key, work);
    const start = () => begin(key, work);
    turn.next ??= turn.current.then(start, start);
    return turn.next;
  };
}
