/**
 * Versions as columns in memory: what a table of them is sorted and filtered by. A segment holds those of one model, rows those of
 * one model or of all; neither changes once it is made, but for columns that are added.
 */
import { numberOf } from "#domain/number-text.ts";
import type { StoredColumn, StoredValue, VersionPlace } from "#store/version-values.ts";
import { TextOrder } from "./text-order.ts";

/** The versions of one model by ascending number, and what was read of them so far. */
export interface Segment {
  modelId: number;
  name: string;
  /** In which transaction they changed last. */
  changed: string;
  numbers: Int32Array;
  /** By {@link columnName}; null before anything was read. */
  columns: Map<string, KeptColumn> | null;
}

/** What the versions of a segment have in a column. */
export interface KeptColumn {
  /** Numbers, NaN for none, or texts and names. */
  values: Float64Array | StoredValue[];
  /** About how much memory it takes, with what tables make of it. */
  bytes: number;
}

/** A column of numbers: NaN where a version has none, or one that says nothing. */
export interface NumberColumn {
  kind: "numbers";
  values: Float64Array;
}

/** A column of texts: each different one stands once. */
export interface TextColumn {
  kind: "texts";
  /** Of each row 1 + the place of its entry; 0 where it has none. */
  codes: Int32Array;
  entries: Entry[];
  /** Whether texts that are numbers count as such. */
  hasNumbers: boolean;
  /** Whether a version has any number of names here; then `text` lists them. */
  isNames: boolean;
  order: TextOrder;
}

export interface Entry {
  text: string;
  /** NaN for a text that says nothing, null for one that is no number. */
  number: number | null;
  /** The names that the text lists, in a column of names. */
  names: string[] | null;
}

export type TableColumn = NumberColumn | TextColumn;

/** A reference to a text and its code. */
const BYTES_OF_ROW = 12;
/** An entry and its places in maps and in the order, without the text. */
const BYTES_OF_ENTRY = 300;

/** Names a column among those of a table. */
export function columnName({ kind, key }: { kind: string; key: string | null }): string {
  return key === null ? kind : `${kind}.${key}`;
}

export class Rows {
  readonly segments: readonly Segment[];
  readonly count: number;
  /** Of each row the version's number. */
  readonly numbers: Int32Array;
  /** Of each row the place of its segment. */
  readonly segmentAt: Int32Array;
  readonly #starts: number[] = [];
  readonly #byName: Map<string, number>;
  readonly #columns = new Map<string, TableColumn>();
  readonly #orders: Map<string, TextOrder>;

  /** `orders` are those that earlier rows of the same models had, by column. */
  constructor(segments: readonly Segment[], orders: Map<string, TextOrder>) {
    this.segments = segments;
    this.#orders = orders;
    this.#byName = new Map(segments.map(({ name }, at) => [name, at]));
    this.count = segments.reduce((sum, { numbers }) => sum + numbers.length, 0);
    this.numbers = new Int32Array(this.count);
    this.segmentAt = new Int32Array(this.count);
    let start = 0;
    for (const [at, { numbers }] of segments.entries()) {
      this.#starts.push(start);
      this.numbers.set(numbers, start);
      this.segmentAt.fill(at, start, start + numbers.length);
      start += numbers.length;
    }
  }

  /** Where a row's version lies in the index. */
  placeAt(row: number): VersionPlace {
    const segment = this.segments[this.segmentAt[row] ?? -1];
    const number = this.numbers[row];
    if (segment === undefined || number === undefined) throw new RangeError(`there is no row ${row}`);
    return { modelId: segment.modelId, number };
  }

  /** The row of a version; null for one that is not here. */
  rowOf(modelName: string, number: number): number | null {
    const at = this.#byName.get(modelName);
    const segment = at === undefined ? undefined : this.segments[at];
    if (at === undefined || segment === undefined) return null;
    const place = segment.numbers.indexOf(number);
    return place < 0 ? null : (this.#starts[at] ?? 0) + place;
  }

  /** A column that has been read of all segments. */
  stored(column: StoredColumn): TableColumn {
    const name = columnName(column);
    return this.#once(name, () => {
      const parts = this.segments.map(({ columns }) => columns?.get(name)?.values ?? missing(name));
      return holdsNumbers(column)
        ? this.#numbers(parts)
        : this.texts(
            column,
            parts.flatMap((part) => [...part]),
          );
    });
  }

  /** The names of the models. */
  names(): TableColumn {
    return this.#once("name", () =>
      this.texts(
        { kind: "name", key: null },
        Array.from(this.segmentAt, (at) => this.segments[at]?.name ?? null),
      ),
    );
  }

  versions(): TableColumn {
    return this.#once("version", () => ({ kind: "numbers", values: Float64Array.from(this.numbers) }));
  }

  /** Makes a column of texts or names. */
  texts(column: { kind: string; key: string | null }, values: Iterable<StoredValue>): TextColumn {
    const hasNumbers = column.kind === "params" || column.kind === "tags";
    const codes = new Int32Array(this.count);
    const entries: Entry[] = [];
    const known = new Map<string, number>();
    let row = 0;
    for (const value of values) {
      if (value !== null) {
        const names = Array.isArray(value) ? value : null;
        const text = names === null ? String(value) : names.join(", ");
        // Names may hold what stands between them.
        const id = names === null ? text : JSON.stringify(names);
        let code = known.get(id);
        if (code === undefined) {
          code = entries.push({ text, number: hasNumbers ? numberOf(text) : null, names });
          known.set(id, code);
        }
        codes[row] = code;
      }
      row++;
    }
    const isNames = column.kind === "aliases" || column.kind === "deployedBy";
    return { kind: "texts", codes, entries, hasNumbers, isNames, order: this.#orderOf(columnName(column)) };
  }

  #numbers(parts: KeptColumn["values"][]): NumberColumn {
    const values = new Float64Array(this.count);
    for (const [at, part] of parts.entries()) {
      if (!(part instanceof Float64Array)) throw new TypeError("a column of numbers holds texts");
      values.set(part, this.#starts[at]);
    }
    return { kind: "numbers", values };
  }

  #orderOf(name: string): TextOrder {
    const known = this.#orders.get(name) ?? new TextOrder();
    this.#orders.set(name, known);
    return known;
  }

  #once(name: string, make: () => TableColumn): TableColumn {
    const known = this.#columns.get(name) ?? make();
    this.#columns.set(name, known);
    return known;
  }
}

function missing(name: string): never {
  throw new Error(`the column ${name} was not read of all models`);
}

function holdsNumbers({ kind }: StoredColumn): boolean {
  return kind === "metrics" || kind === "registeredAt";
}

/** The values of a column as they are kept: what several versions have is kept once. */
export function compact(column: StoredColumn, values: StoredValue[]): KeptColumn {
  if (holdsNumbers(column)) {
    // JSON has words for what is no number: `NaN`, `Infinity`.
    const numbers = Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
    return { values: numbers, bytes: 2 * numbers.byteLength };
  }
  const known = new Map<string, StoredValue>();
  const kept = values.map((value) => {
    if (value === null) return null;
    const id = Array.isArray(value) ? JSON.stringify(value) : String(value);
    const same = known.get(id) ?? value;
    known.set(id, same);
    return same;
  });
  const texts = [...known.keys()].reduce((sum, text) => sum + BYTES_OF_ENTRY + 2 * text.length, 0);
  return { values: kept, bytes: BYTES_OF_ROW * values.length + texts };
}
