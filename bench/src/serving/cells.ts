/** What is measured: who serves, which models, and under which loads. */

export const SIDES = ["slipway", "mlflow", "mlflow-best", "mlserver", "bentoml", "litserve", "ray"] as const;
export type SideName = (typeof SIDES)[number];

/** What each side is called in the report, and what it is. */
export const SIDE_TITLES: Record<SideName, string> = {
  slipway: "Slipway",
  mlflow: "MLflow as shipped",
  "mlflow-best": "MLflow at its best",
  mlserver: "MLServer",
  bentoml: "BentoML",
  litserve: "LitServe",
  ray: "Ray Serve, high-throughput mode",
};

/** Sides that are neither Slipway nor MLflow. */
export const PEERS: readonly SideName[] = ["mlserver", "bentoml", "litserve", "ray"];

export const MODELS = ["logistic", "forest", "forest-two", "tensor", "text", "sleep", "unbatched"] as const;
export type ModelName = (typeof MODELS)[number];

export const MODEL_TITLES: Record<ModelName, string> = {
  logistic: "logistic regression on 4 doubles",
  forest: "boosted forest on 50 doubles, 3 classes × 50 iterations",
  "forest-two": "the same forest, 2 processes",
  tensor: "MLP on a tensor of 784 floats",
  text: "TF-IDF and logistic regression on one string",
  sleep: "custom model that takes 5 ms a call",
  unbatched: "custom model that must not be batched, 2 processes",
};

/** Models that two processes serve on every side; all others have one. MLflow at its best always has two. */
export const TWO_PROCESSES: ReadonlySet<string> = new Set<ModelName>(["forest-two", "unbatched"]);
/** Models whose rows a side may not put together. */
export const MUST_NOT_BATCH: ReadonlySet<string> = new Set<ModelName>(["unbatched"]);

export interface Cell {
  model: ModelName;
  /** Of each request. */
  rows: 1 | 100;
  /** Each sends its next request when it has its answer. */
  callers: number;
  /** `binary`: the tensor as raw bytes, in Open Inference Protocol V2. */
  encoding: "json" | "binary";
}

/** `none`: only the main cells. `full`: also 100 rows at every number of callers. */
export const GRIDS = ["none", "default", "full"] as const;
export type Grid = (typeof GRIDS)[number];

const CALLERS = [1, 16, 64, 256];

/** The cells that goals are set for, and one of the text model. They are measured first, in every round. */
export const MAIN_CELLS: readonly Cell[] = [
  ...cellsOf("logistic", 1, [64, 1]),
  ...cellsOf("logistic", 100, [16]),
  ...cellsOf("forest", 1, [64]),
  ...cellsOf("forest", 100, [16]),
  ...cellsOf("forest-two", 100, [16]),
  ...cellsOf("tensor", 1, [64]),
  ...cellsOf("tensor", 100, [16]),
  { model: "tensor", rows: 100, callers: 16, encoding: "binary" },
  ...cellsOf("sleep", 1, [64]),
  ...cellsOf("unbatched", 1, [64]),
  ...cellsOf("text", 1, [64]),
];

/** What is measured beside them, to see the whole picture. */
export function gridCells(grid: Grid): Cell[] {
  if (grid === "none") return [];
  const batched = MODELS.filter((model) => !TWO_PROCESSES.has(model));
  const cells = batched.flatMap((model) => [
    ...cellsOf(model, 1, CALLERS),
    ...cellsOf(model, 100, grid === "full" ? CALLERS : [16]),
  ]);
  const goals = new Set(MAIN_CELLS.map(cellId));
  return cells.filter((cell) => !goals.has(cellId(cell)));
}

/** Names a cell, e.g. `tensor 100x16 binary`. */
export function cellId({ model, rows, callers, encoding }: Cell): string {
  return `${model} ${rows}x${callers}${encoding === "json" ? "" : ` ${encoding}`}`;
}

function cellsOf(model: ModelName, rows: Cell["rows"], callers: readonly number[]): Cell[] {
  return callers.map((count) => ({ model, rows, callers: count, encoding: "json" }));
}
