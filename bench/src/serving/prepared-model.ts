/** A trained model with its request bodies and the right answers, as `bench/serving/models/train.py` leaves them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Cell } from "./cells.ts";

/** How a body is written; a folder of this name holds them. */
export type Protocol = "mlflow" | "rows" | "v2" | "v2-binary";

export class PreparedModel<Name extends string = string> {
  /** Also in the registry. */
  readonly name: Name;
  readonly #folder: string;

  constructor(samplesFolder: string, name: Name) {
    this.name = name;
    this.#folder = join(samplesFolder, name);
  }

  /** The model's own files. */
  get modelFolder(): string {
    return join(this.#folder, "model");
  }

  bodiesFolder(rows: Cell["rows"], protocol: Protocol): string {
    return join(this.#folder, String(rows), protocol);
  }

  /** The bodies, in order; a binary one without the length of its head. */
  bodies(rows: Cell["rows"], protocol: Protocol): Body[] {
    const folder = this.bodiesFolder(rows, protocol);
    return readdirSync(folder)
      .sort()
      .map((name) => toBody(readFileSync(join(folder, name)), protocol));
  }

  /** What the model itself answers to each body, one value a row. */
  answers(rows: Cell["rows"]): unknown[][] {
    const text = readFileSync(join(this.#folder, String(rows), "answers.json"), "utf8");
    return z.array(z.array(z.unknown())).parse(JSON.parse(text));
  }
}

export interface Body {
  content: Buffer;
  headers: Record<string, string>;
}

function toBody(content: Buffer, protocol: Protocol): Body {
  if (protocol !== "v2-binary") return { content, headers: {} };
  const headBytes = content.readBigUInt64LE(0);
  return { content: content.subarray(8), headers: { "Inference-Header-Content-Length": String(headBytes) } };
}
