/** How long a run takes, from what earlier ones took on two cores. Pure. */
import { type Cell, gridCells, MAIN_CELLS, type SideName } from "./cells.ts";
import type { Options } from "./options.ts";

/** Draining after a cell, and looking at the sides between. */
const BETWEEN_CELLS_MS = 900;
/** Start, comparison of answers, watching at rest. */
const SIDE_OF_A_MODEL_MS = 16_000;
const COLD_STARTS_MS = 240_000;
const DENSITY_MS = 60_000;
const ISOLATION_ROUND_MS = 45_000;

/** The whole of a run, without setting up what is missing. */
export function estimateMs(options: Options): number {
  const { models, sides, rounds, gridRounds, seconds, gridSeconds, grid, extras } = options;
  const runs = (cells: readonly Cell[], each: number): number =>
    cells
      .filter(({ model }) => models.includes(model))
      .reduce((sum, { encoding }) => sum + sidesOf(sides, encoding) * (each * 1000 + BETWEEN_CELLS_MS), 0);
  return (
    rounds * runs(MAIN_CELLS, seconds) +
    gridRounds * runs(gridCells(grid), gridSeconds) +
    models.length * sides.length * SIDE_OF_A_MODEL_MS +
    (extras.includes("cold-starts") ? COLD_STARTS_MS : 0) +
    (extras.includes("density") ? DENSITY_MS : 0) +
    (extras.includes("isolation") ? rounds * ISOLATION_ROUND_MS : 0)
  );
}

function sidesOf(sides: readonly SideName[], encoding: Cell["encoding"]): number {
  return encoding === "binary" ? 1 : sides.length;
}
