/** Work that must not be done twice at once. */

/** Does the work of a key when all that was asked for before it is done. */
export type Turns = <Outcome>(key: string, work: () => Promise<Outcome>) => Promise<Outcome>;

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    const end = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(end, end);
    return turn;
  };
}
