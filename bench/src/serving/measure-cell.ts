/** Loads one side in one cell for a while, with nothing left to do before and after it. */
import { availableParallelism } from "node:os";
import { sendLoad } from "#load/wrk.ts";
import { machineTime } from "#processes/proc.ts";
import { answersRightly } from "./ask.ts";
import { type Cell, cellId, type SideName } from "./cells.ts";
import type { CellFact } from "./measured.ts";
import type { PreparedModel } from "./prepared-model.ts";
import type { RunningSide } from "./sides/side.ts";

/** Below this share of a core a side has nothing left to do. Ray and LitServe never rest wholly. */
export const IDLE_CORES = 0.2;
const DRAIN_MS_MAX = 60_000;

export interface CellRun {
  name: SideName;
  side: RunningSide;
  model: PreparedModel;
  cell: Cell;
  seconds: number;
  round: number;
  signal: AbortSignal;
}

/** Measures. @throws Error when the generator fails, or the side does not come to rest. */
export async function measureCell({
  name,
  side,
  model,
  cell,
  seconds,
  round,
  signal,
}: CellRun): Promise<CellFact> {
  const endpoint = side.endpoint(cell.encoding);
  if (endpoint === undefined) throw new Error(`${name} does not speak ${cell.encoding}`);
  const folder = model.bodiesFolder(cell.rows, endpoint.protocol);
  const count = model.answers(cell.rows).length;
  const before = { cpuMs: side.tree.cpuMs(), machine: machineTime(), atMs: performance.now() };
  const { generatorCpuMs, ...load } = await sendLoad(
    {
      url: endpoint.url,
      headers: endpoint.headers,
      bodies: { folder, count, framed: endpoint.protocol === "v2-binary" },
      callers: cell.callers,
      seconds,
    },
    signal,
  );
  const tookMs = performance.now() - before.atMs;
  const cpuMs = Math.max(0, side.tree.cpuMs() - before.cpuMs);
  const machine = machineTime();
  const othersMs = machine.busyMs - before.machine.busyMs - cpuMs - generatorCpuMs;
  await drain(side, model);
  return {
    kind: "cell",
    side: name,
    cell: cellId(cell),
    round,
    load,
    cpuMs,
    generatorCores: generatorCpuMs / tookMs,
    otherCores: Math.min(availableParallelism(), Math.max(0, othersMs / tookMs)),
    stolenCores: (machine.stolenMs - before.machine.stolenMs) / tookMs,
  };
}

/**
 * Waits until a side has finished what was asked of it, also what nobody waits for any more.
 * @throws Error when it does not come to rest, or does not answer any longer.
 */
async function drain(side: RunningSide, model: PreparedModel): Promise<void> {
  const idle = await side.tree.idle(IDLE_CORES, DRAIN_MS_MAX);
  const endpoint = side.endpoint("json");
  if (!idle) throw new Error(`it still works ${DRAIN_MS_MAX / 1000} s after the load`);
  if (endpoint !== undefined && !(await answersRightly(endpoint, model))) {
    throw new Error("it no longer answers after the load");
  }
}
