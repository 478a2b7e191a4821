/** What the facts of a run amount to: medians over rounds, ratios between sides. Pure. */
import { median } from "#report/figures.ts";
import { type Cell, cellId, PEERS, SIDES, type SideName } from "./cells.ts";
import type { Fact, FactOf } from "./measured.ts";

export interface CellSummary {
  side: SideName;
  rounds: number;
  perSecond: number;
  perSecondMin: number;
  perSecondMax: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the side for one request. */
  cpuUs: number;
  otherCores: number;
  failed: number;
}

export class Summary {
  readonly #facts: readonly Fact[];

  constructor(facts: readonly Fact[]) {
    this.#facts = facts;
  }

  of<Kind extends Fact["kind"]>(kind: Kind): FactOf<Kind>[] {
    return this.#facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  }

  /** What one side did in a cell; undefined when it was not measured. */
  cell(cell: Cell, side: SideName): CellSummary | undefined {
    const facts = this.of("cell").filter((fact) => fact.cell === cellId(cell) && fact.side === side);
    if (facts.length === 0) return undefined;
    const rates = facts.map(({ load }) => load.served / load.seconds);
    return {
      side,
      rounds: facts.length,
      perSecond: median(rates),
      perSecondMin: Math.min(...rates),
      perSecondMax: Math.max(...rates),
      p50Ms: median(facts.map(({ load }) => load.p50Ms)),
      p99Ms: median(facts.map(({ load }) => load.p99Ms)),
      cpuUs: median(facts.map(({ cpuMs, load }) => (cpuMs * 1000) / load.served)),
      otherCores: Math.max(...facts.map(({ otherCores }) => otherCores)),
      failed: facts.reduce((sum, { load }) => sum + load.failed, 0),
    };
  }

  /** Every side that was measured in a cell. */
  cells(cell: Cell): CellSummary[] {
    return SIDES.map((side) => this.cell(cell, side)).filter((summary) => summary !== undefined);
  }

  /** The faster of the two configurations of MLflow, in JSON: it knows no binary tensors. */
  bestMlflow(cell: Cell): CellSummary | undefined {
    return this.#best(cell, ["mlflow", "mlflow-best"]);
  }

  /** The fastest peer, in JSON, which is the only encoding that they take over HTTP. */
  bestPeer(cell: Cell): CellSummary | undefined {
    return this.#best(cell, PEERS);
  }

  /** The fastest of the other peers. */
  nextPeer(cell: Cell, best: SideName): CellSummary | undefined {
    return this.#best(
      cell,
      PEERS.filter((side) => side !== best),
    );
  }

  /** Median seconds until the first answer of a side with a model. */
  startSeconds(side: SideName, model: Cell["model"]): number {
    const starts = this.of("start").filter((fact) => fact.side === side && fact.model === model);
    return median(starts.map(({ seconds }) => seconds));
  }

  /** Median seconds of one of Slipway's own starts. */
  slipwayStartSeconds(what: string): number {
    return median(
      this.of("slipway-start")
        .filter((fact) => fact.what === what)
        .map(({ seconds }) => seconds),
    );
  }

  /** Bytes for one of many models. NaN when it was not weighed. */
  bytesPerModel(side: "slipway" | "mlflow"): number {
    const fact = this.of("density").find((each) => each.side === side);
    return fact === undefined ? Number.NaN : fact.bytes / fact.models;
  }

  /** Medians of the 50th and 99th percentile beside a neighbour, and its failures in all. */
  isolation(neighbour: string): { p50Ms: number; p99Ms: number; failed: number; perSecond: number } {
    const facts = this.of("isolation").filter((fact) => fact.neighbour === neighbour);
    return {
      p50Ms: median(facts.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(facts.map(({ p99Ms }) => p99Ms)),
      failed: facts.reduce((sum, { failed }) => sum + failed, 0),
      perSecond: median(facts.map(({ neighbourPerSecond }) => neighbourPerSecond)),
    };
  }

  #best(cell: Cell, sides: readonly SideName[]): CellSummary | undefined {
    const json: Cell = { ...cell, encoding: "json" };
    return sides
      .map((side) => this.cell(json, side))
      .filter((summary) => summary !== undefined)
      .sort((a, b) => b.perSecond - a.perSecond)[0];
  }
}
