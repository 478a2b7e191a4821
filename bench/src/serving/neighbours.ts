/** Endpoints that are saturated while another one is watched. */
import type { Cell } from "./cells.ts";

export type Neighbour = Pick<Cell, "model" | "rows" | "callers">;

/** The one keeps its worker's core busy; requests of the other are cheap for the worker, so that the gateway is busy too. */
export const NEIGHBOURS: readonly Neighbour[] = [
  { model: "forest", rows: 100, callers: 16 },
  { model: "text", rows: 1, callers: 64 },
];
