/** What is to be reached, as the ratios that a comparison on the same machine in the same run shall show. */
import type { Cell, SideName } from "./cells.ts";

export interface ThroughputGoal {
  /** The row of the table. */
  work: string;
  cell: Cell;
  /** Requests/s of Slipway, as a multiple of MLflow's. */
  mlflow?: { base: SideName | "best"; atLeast: number };
  /** The same, of the best peer's. The peers' JSON where they have no binary tensors. */
  peer?: number;
}

/** The goals of requests per second, in the order of the table. */
export const THROUGHPUT_GOALS: readonly ThroughputGoal[] = [
  goal("logistic regression, 1 row, 64 callers", json("logistic", 1, 64), 25, 8),
  goal("logistic regression, 1 row, 1 caller", json("logistic", 1, 1), 2.5, 2.5),
  goal("logistic regression, 100 rows, 16 callers", json("logistic", 100, 16), 9, 4),
  goal("boosted forest on 50 columns, 1 row, 64 callers", json("forest", 1, 64), 70, 7),
  goal("boosted forest on 50 columns, 100 rows, 16 callers", json("forest", 100, 16), 12, 2),
  goal("the forest, 100 rows, 16 callers, 2 processes", json("forest-two", 100, 16), 12, 2),
  goal("tensor of 784 floats as JSON, 1 row, 64 callers", json("tensor", 1, 64), 11, 6),
  goal("100 such tensors as JSON, 16 callers", json("tensor", 100, 16), 8, 2),
  {
    work: "100 such tensors in binary, 16 callers",
    cell: { ...json("tensor", 100, 16), encoding: "binary" },
    mlflow: { base: "best", atLeast: 8 },
    peer: 4,
  },
  {
    work: "5 ms-per-call model, 1 row, 64 callers",
    cell: json("sleep", 1, 64),
    mlflow: { base: "mlflow", atLeast: 18 },
    peer: 4,
  },
  goal("a model that must not be batched, 1 row, 64 callers, 2 processes", json("unbatched", 1, 64), 1, 1),
];

/** With one caller, 99 of 100 requests take less than half of MLflow's take. */
export const SINGLE_CALLER_CELL: Cell = json("logistic", 1, 1);

export const REPLICA_START_SECONDS_MAX = 0.3;
export const WAKE_SECONDS_MAX = 0.6;
export const DENSITY_SHARE_MAX = 1 / 10;
export const ISOLATION_FACTOR_MAX = 2;

function goal(work: string, cell: Cell, mlflow: number, peer: number): ThroughputGoal {
  return { work, cell, mlflow: { base: "best", atLeast: mlflow }, peer };
}

function json(model: Cell["model"], rows: Cell["rows"], callers: number): Cell {
  return { model, rows, callers, encoding: "json" };
}
