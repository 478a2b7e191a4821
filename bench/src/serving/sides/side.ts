/** A server of models, as the benchmark sees it: it can be started with a model, asked, and ended. */
import type { ProcessTree } from "#processes/process-tree.ts";
import type { Cell, SideName } from "#serving/cells.ts";
import type { PreparedModel, Protocol } from "#serving/prepared-model.ts";

/** Where and how requests are sent. */
export interface Endpoint {
  url: string;
  protocol: Protocol;
  headers: Record<string, string>;
  /** The predictions in an answer, one a row. @throws Error when there are none. */
  answer(text: string): unknown[];
}

export interface RunningSide extends AsyncDisposable {
  /** All that runs for it. */
  tree: ProcessTree;
  /** The part of it that a further model needs too; the rest is there once. */
  servingTree: ProcessTree;
  /** Until the first right answer. */
  startSeconds: number;
  endpoint(encoding: Cell["encoding"]): Endpoint | undefined;
}

export interface Side {
  name: SideName;
  /** Whether it can be asked in this encoding. */
  speaks(encoding: Cell["encoding"]): boolean;
  start(model: PreparedModel, signal: AbortSignal): Promise<RunningSide>;
}
