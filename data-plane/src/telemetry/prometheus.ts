/** Text for Prometheus: the process' own figures, and families of numbers that somebody else has counted. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AggregatorRegistry, collectDefaultMetrics, Registry } from "prom-client";

interface Sample {
  labels: Record<string, string>;
  value: number;
  /** Where it differs from the family's, as in `…_bucket`. */
  metricName?: string;
}

/** All numbers of one name. */
export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  values: Sample[];
}

export class Prometheus {
  readonly #process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#process });
  }

  get contentType(): string {
    return this.#process.contentType;
  }

  /** The whole page. Made one family after another, so that requests are answered in between. */
  async page(families: readonly Family[]): Promise<string> {
    const parts: string[] = [];
    for (const family of families) {
      // Nothing is observed value by value: the numbers are read when they are asked for.
      const counted = AggregatorRegistry.aggregate([[{ ...family, aggregator: "first" }]]);
      parts.push(await counted.metrics());
      await nextTurn();
    }
    parts.push(await this.#process.metrics());
    return parts.join("\n");
  }
}
