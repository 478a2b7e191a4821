/** Reads many things by id in few requests, remembers them, and asks for each only once at a time. */
import { LRUCache } from "lru-cache";

export interface BatchCacheOptions<Value extends object> {
  /** Reads ids together; an id without an entry in the answer does not exist. */
  read(ids: string[]): Promise<Map<string, Value>>;
  /** How long a value may be remembered. */
  keepMs(value: Value): number;
  /** How long it is remembered that an id does not exist. */
  keepMissingMs: number;
  sizeOf(value: Value): number;
  sizeMax: number;
}

export interface BatchCache<Value extends object> {
  /** The values of the ids that exist. */
  getAll(ids: Iterable<string>): Promise<Map<string, Value>>;
  /** What is remembered of them, without asking. */
  peekAll(ids: Iterable<string>): Map<string, Value>;
}

/** Concurrent reads of one id share one request. A failed read is not remembered. */
export function createBatchCache<Value extends object>(options: BatchCacheOptions<Value>): BatchCache<Value> {
  const known = new LRUCache<string, { value: Value | null }>({
    maxSize: options.sizeMax,
    maxEntrySize: options.sizeMax,
    sizeCalculation: ({ value }) => 100 + (value === null ? 0 : options.sizeOf(value)),
  });
  const underway = new Map<string, Promise<Map<string, Value>>>();

  function start(ids: string[]): void {
    const reading = options
      .read(ids)
      .then((found) => {
        for (const id of ids) {
          const value = found.get(id) ?? null;
          known.set(id, { value }, { ttl: value === null ? options.keepMissingMs : options.keepMs(value) });
        }
        return found;
      })
      .finally(() => {
        for (const id of ids) underway.delete(id);
      });
    for (const id of ids) underway.set(id, reading);
  }

  return {
    async getAll(ids) {
      const wanted = [...new Set(ids)];
      const result = new Map<string, Value>();
      const absent: string[] = [];
      for (const id of wanted) {
        const entry = known.get(id);
        if (entry === undefined) absent.push(id);
        else if (entry.value !== null) result.set(id, entry.value);
      }
      const unasked = absent.filter((id) => !underway.has(id));
      if (unasked.length > 0) start(unasked);
      const readings = new Set(absent.flatMap((id) => underway.get(id) ?? []));
      for (const found of await Promise.all(readings)) {
        for (const id of absent) {
          const value = found.get(id);
          if (value !== undefined) result.set(id, value);
        }
      }
      return result;
    },
    peekAll(ids) {
      const result = new Map<string, Value>();
      for (const id of new Set(ids)) {
        const value = known.get(id)?.value;
        if (value) result.set(id, value);
      }
      return result;
    },
  };
}
