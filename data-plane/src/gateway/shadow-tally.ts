/** What mirrored requests have shown so far. */
import type { ShadowReport } from "@slipway/contracts/api/rollout";
import { compareAnswers } from "./compare.ts";
import { parseJson } from "./prediction-rows.ts";

const EXAMPLES_MAX = 20;
const EXCERPT_CHARS_MAX = 300;
const INPUT_KEYS = ["dataframe_split", "dataframe_records", "instances", "inputs"] as const;

export class ShadowTally {
  readonly #report: ShadowReport = {
    mirrored: 0,
    dropped: 0,
    compared: 0,
    failed: 0,
    differingRequests: 0,
    rows: 0,
    differingRows: 0,
    largestDifference: null,
    examples: [],
  };

  mirrored(): void {
    this.#report.mirrored += 1;
  }

  /** The new revision was busy, or the body too large to keep. */
  dropped(): void {
    this.#report.dropped += 1;
  }

  /** The new revision did not answer with a prediction. */
  failed(): void {
    this.#report.failed += 1;
  }

  /** Compares the two answers to a request. */
  compare(request: { requestId: string; body: Buffer }, old: Buffer, next: Buffer): void {
    const report = this.#report;
    const comparison = compareAnswers(old, next);
    if (comparison === undefined) {
      this.failed();
      return;
    }
    const { rows, differing, largestDifference } = comparison;
    report.compared += 1;
    report.rows += rows;
    report.differingRows += differing.length;
    if (differing.length > 0) report.differingRequests += 1;
    if (largestDifference !== null)
      report.largestDifference = Math.max(report.largestDifference ?? 0, largestDifference);
    for (const { row, old: before, new: after } of differing) {
      if (report.examples.length >= EXAMPLES_MAX) return;
      const input = excerpt(inputRow(request.body, row));
      const { requestId } = request;
      report.examples.push({ requestId, row, input, old: excerpt(before), new: excerpt(after) });
    }
  }

  get report(): ShadowReport {
    return { ...this.#report, examples: [...this.#report.examples] };
  }
}

/** The row of a scoring body, where the body is one that has rows. */
function inputRow(body: Buffer, row: number): unknown {
  const parsed = parseJson(body);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  for (const key of INPUT_KEYS) {
    const value: unknown = Reflect.get(parsed, key);
    if (Array.isArray(value)) return value[row];
    if (key === "dataframe_split" && typeof value === "object" && value !== null) {
      const data: unknown = Reflect.get(value, "data");
      return Array.isArray(data) ? data[row] : undefined;
    }
  }
  return undefined;
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? "").slice(0, EXCERPT_CHARS_MAX);
}
