/** Holds what was measured against the goals: one row a goal. Pure. */
import { readable } from "#report/figures.ts";
import { SIDE_TITLES } from "./cells.ts";
import {
  DENSITY_SHARE_MAX,
  ISOLATION_FACTOR_MAX,
  REPLICA_START_SECONDS_MAX,
  SINGLE_CALLER_CELL,
  THROUGHPUT_GOALS,
  type ThroughputGoal,
  WAKE_SECONDS_MAX,
} from "./goals.ts";
import { NEIGHBOURS } from "./neighbours.ts";
import type { CellSummary, Summary } from "./summary.ts";

export interface Verdict {
  work: string;
  goal: string;
  measured: string;
  /** Undefined when it was not measured. */
  met: boolean | undefined;
}

/** All goals, in the order of the table. */
export function verdicts(summary: Summary): Verdict[] {
  return [
    ...THROUGHPUT_GOALS.flatMap((goal) => throughput(summary, goal)),
    singleCaller(summary),
    startVerdict(
      "a replica's first answer, environment warm",
      summary.slipwayStartSeconds("load"),
      REPLICA_START_SECONDS_MAX,
    ),
    startVerdict(
      "the first answer after scale to zero",
      summary.slipwayStartSeconds("wake"),
      WAKE_SECONDS_MAX,
    ),
    density(summary),
    ...isolation(summary),
  ];
}

function throughput(summary: Summary, { work, cell, mlflow, peer }: ThroughputGoal): Verdict[] {
  const own = summary.cell(cell, "slipway");
  const base = mlflow?.base === "mlflow" ? summary.cell(cell, "mlflow") : summary.bestMlflow(cell);
  const rows: Verdict[] = [];
  if (mlflow !== undefined) {
    const name = mlflow.base === "mlflow" ? "MLflow as shipped" : "best MLflow";
    rows.push(ratio(work, name, { own, base, atLeast: mlflow.atLeast }));
  }
  if (peer !== undefined) {
    const best = summary.bestPeer(cell);
    const next = best && summary.nextPeer(cell, best.side);
    rows.push(ratio(work, "best peer", { own, base: best, next, atLeast: peer }));
  }
  return rows;
}

interface Compared {
  own: CellSummary | undefined;
  base: CellSummary | undefined;
  /** Who comes after the base. */
  next?: CellSummary | undefined;
  atLeast: number;
}

function ratio(work: string, baseName: string, { own, base, next, atLeast }: Compared): Verdict {
  const goal = `≥ ${atLeast} × ${baseName}`;
  if (own === undefined || base === undefined) return { work, goal, measured: "–", met: undefined };
  const times = own.perSecond / base.perSecond;
  const clean = own.failed === 0;
  const failures = clean ? "" : `, ${own.failed} requests failed`;
  const also =
    next === undefined
      ? ""
      : `; ${SIDE_TITLES[next.side]} ${readable(next.perSecond)}/s, ${readable(own.perSecond / next.perSecond)} ×`;
  return {
    work,
    goal,
    measured: `${readable(times)} × (${readable(own.perSecond)}/s; ${SIDE_TITLES[base.side]} ${readable(base.perSecond)}/s${also}${failures})`,
    met: times >= atLeast && clean,
  };
}

function singleCaller(summary: Summary): Verdict {
  const own = summary.cell(SINGLE_CALLER_CELL, "slipway");
  const base = summary.bestMlflow(SINGLE_CALLER_CELL);
  const work = "logistic regression, 1 row, 1 caller: p99";
  const goal = "below the p50 of best MLflow";
  if (own === undefined || base === undefined) return { work, goal, measured: "–", met: undefined };
  return {
    work,
    goal,
    measured: `${readable(own.p99Ms)} ms (${SIDE_TITLES[base.side]}: p50 ${readable(base.p50Ms)} ms)`,
    met: own.p99Ms < base.p50Ms,
  };
}

function startVerdict(work: string, seconds: number, secondsMax: number): Verdict {
  const measured = Number.isFinite(seconds) ? `${readable(seconds)} s` : "–";
  return {
    work,
    goal: `< ${secondsMax} s`,
    measured,
    met: Number.isFinite(seconds) ? seconds < secondsMax : undefined,
  };
}

function density(summary: Summary): Verdict {
  const [own, mlflow] = [summary.bytesPerModel("slipway"), summary.bytesPerModel("mlflow")];
  const share = own / mlflow;
  return {
    work: "memory of 20 small models that share an environment",
    goal: "< 1/10 of 20 × MLflow as shipped",
    measured: Number.isFinite(share)
      ? `1/${readable(1 / share)} (${megabytes(own * 20)} against ${megabytes(mlflow * 20)})`
      : "–",
    met: Number.isFinite(share) ? share < DENSITY_SHARE_MAX : undefined,
  };
}

function isolation(summary: Summary): Verdict[] {
  const alone = summary.isolation("nothing");
  return NEIGHBOURS.map(({ model, rows, callers }) => {
    const beside = summary.isolation(model);
    const factor = beside.p99Ms / alone.p99Ms;
    const clean = beside.failed === 0;
    return {
      work: `p99 of a quiet endpoint beside a saturated one (${model}, ${rows} row${rows === 1 ? "" : "s"}, ${callers} callers)`,
      goal: `< ${ISOLATION_FACTOR_MAX} × its p99 alone`,
      measured: Number.isFinite(factor)
        ? `${readable(factor)} × (${readable(beside.p99Ms)} ms; alone ${readable(alone.p99Ms)} ms${clean ? "" : `, ${beside.failed} requests failed`})`
        : "–",
      met: Number.isFinite(factor) ? factor < ISOLATION_FACTOR_MAX && clean : undefined,
    };
  });
}

/** Bytes as people weigh processes. */
export function megabytes(bytes: number): string {
  return Number.isFinite(bytes) ? `${Math.round(bytes / 1e6).toLocaleString("en")} MB` : "–";
}
