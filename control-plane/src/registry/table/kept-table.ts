/** The versions of one index in memory: column by column as they are asked for, brought up to date at each look. */
import type { Database, Queryable } from "#store/database.ts";
import {
  lookAtModels,
  type ModelState,
  type ModelValues,
  readValues,
  type StoredColumn,
} from "#store/version-values.ts";
import { columnName, compact, Rows, type Segment } from "./rows.ts";
import type { TextOrder } from "./text-order.ts";

/** What every table shows is read with the rest: it costs little more. */
const ALWAYS: StoredColumn[] = [
  { kind: "registeredAt", key: null },
  { kind: "status", key: null },
  { kind: "aliases", key: null },
];

const BYTES_OF_SEGMENT = 1_000;

/** What is to be read before a table is complete. */
interface Lack {
  modelIds: number[];
  columns: StoredColumn[];
}

export class KeptTable {
  readonly #database: Database;
  readonly #scope: string;
  /** By model. */
  readonly #segments = new Map<number, Segment>();
  /** Of each model its rows, of null those of all, as long as the segments are the same. */
  readonly #rows = new Map<number | null, Rows>();
  /** The same for the order of their texts, by column; it stays when segments change. */
  readonly #orders = new Map<number | null, Map<string, TextOrder>>();
  #seen: string | null = null;
  /** Looks go one after the other, as each may change what is kept. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(database: Database, scope: string) {
    this.#database = database;
    this.#scope = scope;
  }

  /** About how much memory it takes. */
  get bytes(): number {
    let bytes = 0;
    for (const { numbers, columns } of this.#segments.values()) {
      bytes += BYTES_OF_SEGMENT + 3 * numbers.byteLength;
      for (const column of columns?.values() ?? []) bytes += column.bytes;
    }
    return bytes;
  }

  /**
   * The rows of a model, or with null of all, as the database has them now, with these columns at least. A model that is not there
   * has none.
   */
  open(columns: StoredColumn[], modelId: number | null): Promise<Rows> {
    const opened = this.#turn.then(() => this.#open(columns, modelId));
    this.#turn = opened.catch(() => undefined);
    return opened;
  }

  /** Whether one of the columns was not read of all versions of a model, or with null of all, as far as it knows them. */
  lacks(columns: StoredColumn[], modelId: number | null): boolean {
    return this.#lack(columns, modelId) !== null;
  }

  /** Forgets what it keeps, after the looks that go on; rows that were handed out stay as they are. */
  clear(): void {
    this.#turn = this.#turn.then(() => {
      this.#segments.clear();
      this.#rows.clear();
      this.#orders.clear();
      this.#seen = null;
    });
  }

  async #open(columns: StoredColumn[], modelId: number | null): Promise<Rows> {
    await this.#look(this.#database);
    if (this.#lack(columns, modelId) !== null) {
      // The look and what it leads to are of one moment.
      const settings = { isolationLevel: "repeatable read", accessMode: "read only" } as const;
      await this.#database.transaction(async (transaction) => {
        await this.#look(transaction);
        const lack = this.#lack(columns, modelId);
        if (lack === null) return;
        const models = await readValues(transaction, { scope: this.#scope, ...lack });
        this.#add(models, lack);
      }, settings);
    }
    return this.#rowsOf(modelId);
  }

  async #look(queryable: Queryable): Promise<void> {
    const { models, count, seen } = await lookAtModels(queryable, this.#scope, this.#seen);
    this.#note(models);
    this.#seen = seen;
    if (this.#segments.size === count) return;
    const all = await lookAtModels(queryable, this.#scope, null);
    const ids = new Set(all.models.map(({ id }) => id));
    for (const id of this.#segments.keys()) if (!ids.has(id)) this.#drop(id);
    this.#note(all.models);
  }

  /** What was kept of models that changed is of no use any more. */
  #note(models: ModelState[]): void {
    for (const { id, name, changed } of models) {
      if (this.#segments.get(id)?.changed === changed) continue;
      this.#drop(id);
      this.#segments.set(id, { ...{ modelId: id, name, changed }, numbers: new Int32Array(), columns: null });
    }
  }

  #drop(modelId: number): void {
    this.#segments.delete(modelId);
    this.#rows.delete(modelId);
    this.#rows.delete(null);
  }

  #lack(columns: StoredColumn[], modelId: number | null): Lack | null {
    const lacks = ({ columns: has }: Segment, column: StoredColumn) => has?.has(columnName(column)) !== true;
    const wanted = this.#segmentsOf(modelId);
    const incomplete = wanted.filter(
      (segment) => segment.columns === null || columns.some((column) => lacks(segment, column)),
    );
    if (incomplete.length === 0) return null;
    return {
      modelIds: incomplete.map((segment) => segment.modelId),
      columns: distinct([...ALWAYS, ...columns]).filter((column) =>
        incomplete.some((segment) => lacks(segment, column)),
      ),
    };
  }

  #add(models: ModelValues[], { modelIds, columns }: Lack): void {
    const read = new Map(models.map((model) => [model.modelId, model]));
    for (const modelId of modelIds) {
      const segment = this.#segments.get(modelId);
      if (segment === undefined) continue;
      const { numbers, values } = read.get(modelId) ?? { numbers: [], values: [] };
      const added = columns.map(
        (column, at) => [columnName(column), compact(column, values[at] ?? [])] as const,
      );
      if (segment.columns !== null) {
        for (const [name, column] of added) segment.columns.set(name, column);
        continue;
      }
      this.#drop(modelId);
      this.#segments.set(modelId, { ...segment, numbers: Int32Array.from(numbers), columns: new Map(added) });
    }
  }

  #segmentsOf(modelId: number | null): Segment[] {
    if (modelId === null) return [...this.#segments.values()];
    const segment = this.#segments.get(modelId);
    return segment === undefined ? [] : [segment];
  }

  #rowsOf(modelId: number | null): Rows {
    const known = this.#rows.get(modelId);
    if (known !== undefined) return known;
    const segments = this.#segmentsOf(modelId).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const orders = this.#orders.get(modelId) ?? new Map<string, TextOrder>();
    this.#orders.set(modelId, orders);
    const rows = new Rows(segments, orders);
    this.#rows.set(modelId, rows);
    return rows;
  }
}

/** Each column once: one may be sorted and filtered by the same. */
function distinct(columns: StoredColumn[]): StoredColumn[] {
  return [...new Map(columns.map((column) => [columnName(column), column])).values()];
}
