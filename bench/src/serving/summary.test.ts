import { expect, test } from "vitest";
import type { Cell, SideName } from "./cells.ts";
import { cellId } from "./cells.ts";
import { THROUGHPUT_GOALS } from "./goals.ts";
import type { Fact } from "./measured.ts";
import { Summary } from "./summary.ts";
import { verdicts } from "./verdicts.ts";

const CELL: Cell = { model: "logistic", rows: 1, callers: 64, encoding: "json" };

interface Values {
  side: SideName;
  perSecond: number;
  round?: number;
  failed?: number;
  cell?: Cell;
}

function measured({ side, perSecond, round = 0, failed = 0, cell = CELL }: Values): Fact {
  return {
    kind: "cell",
    side,
    cell: cellId(cell),
    round,
    load: { served: perSecond * 2, failed, seconds: 2, p50Ms: 10, p90Ms: 15, p99Ms: 20, maxMs: 30 },
    cpuMs: 1000,
    generatorCores: 0.1,
    otherCores: 0,
    stolenCores: 0,
  };
}

test("a side's figure is the median of its rounds, with what they lie between", () => {
  const summary = new Summary(
    [100, 900, 200].map((perSecond, round) => measured({ side: "slipway", perSecond, round })),
  );
  expect(summary.cell(CELL, "slipway")).toMatchObject({
    rounds: 3,
    perSecond: 200,
    perSecondMin: 100,
    perSecondMax: 900,
  });
});

test("the base is the faster MLflow and the faster peer, whichever that is", () => {
  const summary = new Summary([
    measured({ side: "mlflow", perSecond: 300 }),
    measured({ side: "mlflow-best", perSecond: 200 }),
    measured({ side: "litserve", perSecond: 500 }),
    measured({ side: "ray", perSecond: 600 }),
    measured({ side: "slipway", perSecond: 9000 }),
  ]);
  expect(summary.bestMlflow(CELL)?.side).toBe("mlflow");
  expect(summary.bestPeer(CELL)?.side).toBe("ray");
  expect(summary.nextPeer(CELL, "ray")?.side).toBe("litserve");
});

test("a goal is met at its factor, not below it, and not with failed requests", () => {
  const [goal] = THROUGHPUT_GOALS;
  const atLeast = goal?.mlflow?.atLeast ?? Number.NaN;
  const verdict = (perSecond: number, failed = 0) =>
    verdicts(
      new Summary([
        measured({ side: "mlflow-best", perSecond: 100 }),
        measured({ side: "slipway", perSecond, failed }),
      ]),
    )[0];
  expect(verdict(100 * atLeast)?.met).toBe(true);
  expect(verdict(100 * atLeast - 1)?.met).toBe(false);
  expect(verdict(100 * atLeast, 1)).toMatchObject({
    met: false,
    measured: expect.stringContaining("1 requests failed"),
  });
});

test("what was not measured is neither met nor missed", () => {
  const all = verdicts(new Summary([measured({ side: "slipway", perSecond: 1 })]));
  expect(all.map(({ met }) => met)).toEqual(all.map(() => undefined));
});

test("binary tensors are compared with the JSON of those who have no binary", () => {
  const binary: Cell = { model: "tensor", rows: 100, callers: 16, encoding: "binary" };
  const json: Cell = { ...binary, encoding: "json" };
  const summary = new Summary([
    measured({ side: "mlflow-best", perSecond: 10, cell: json }),
    measured({ side: "mlserver", perSecond: 50, cell: json }),
    measured({ side: "slipway", perSecond: 300, cell: binary }),
  ]);
  const rows = verdicts(summary).filter(({ work }) => work.includes("binary"));
  expect(rows.map(({ measured: text }) => text.split(" ×")[0])).toEqual(["30.0", "6.00"]);
});

test("the memory of many models is compared for each model, whatever the number that was weighed", () => {
  const summary = new Summary([
    { kind: "density", side: "slipway", models: 20, bytes: 600e6 },
    { kind: "density", side: "mlflow", models: 3, bytes: 1050e6 },
  ]);
  expect(verdicts(summary).find(({ work }) => work.startsWith("memory"))).toMatchObject({
    measured: "1/11.7 (600 MB against 7,000 MB)",
    met: true,
  });
});
