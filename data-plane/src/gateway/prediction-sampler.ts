/** Looks at a sample of a revision's answers and keeps how its predictions are distributed. Off the answer's path in cost: bounded in rate and size. */
import type { PredictionSummary } from "@slipway/contracts/observation";
import { predictionRows } from "./prediction-rows.ts";

const ANSWERS_PER_SECOND_MAX = 50;
const ANSWER_BYTES_MAX = 64 * 1024;
const ROWS_PER_ANSWER_MAX = 100;
const NUMBERS_MAX = 512;
const LABELS_MAX = 50;
const LABEL_CHARS_MAX = 64;

export class PredictionSampler {
  #rows = 0;
  #seen = 0;
  readonly #numbers: number[] = [];
  readonly #labels = new Map<string, number>();
  #tooManyLabels = false;
  #second = 0;
  #taken = 0;

  /** Takes an answer of MLflow's scoring protocol into account, unless enough were taken this second. */
  take(body: Buffer): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#taken] = [second, 0];
    if (this.#taken >= ANSWERS_PER_SECOND_MAX || body.length > ANSWER_BYTES_MAX) return;
    this.#taken += 1;
    for (const row of (predictionRows(body) ?? []).slice(0, ROWS_PER_ANSWER_MAX)) this.#takeRow(row);
  }

  get summary(): PredictionSummary {
    return {
      rows: this.#rows,
      numbers: [...this.#numbers],
      labels: this.#tooManyLabels ? {} : Object.fromEntries(this.#labels),
    };
  }

  #takeRow(row: unknown): void {
    const value = Array.isArray(row) ? likeliest(row) : row;
    this.#rows += 1;
    if (typeof value === "number") this.#takeNumber(value);
    if (this.#tooManyLabels) return;
    const label = String(typeof value === "object" ? JSON.stringify(value) : value).slice(0, LABEL_CHARS_MAX);
    this.#labels.set(label, (this.#labels.get(label) ?? 0) + 1);
    if (this.#labels.size > LABELS_MAX) this.#tooManyLabels = true;
  }

  /** Keeps a uniform sample (Vitter's algorithm R, 1985). */
  #takeNumber(value: number): void {
    this.#seen += 1;
    if (this.#numbers.length < NUMBERS_MAX) return void this.#numbers.push(value);
    const place = Math.floor(Math.random() * this.#seen);
    if (place < NUMBERS_MAX) this.#numbers[place] = value;
  }
}

/** Of several numbers per row (probabilities, outputs) the place of the largest; of one its value. */
function likeliest(row: unknown[]): unknown {
  if (row.length === 1) return row[0];
  const numbers = row.filter((value) => typeof value === "number");
  return numbers.length === row.length ? `#${row.indexOf(Math.max(...numbers))}` : row;
}
