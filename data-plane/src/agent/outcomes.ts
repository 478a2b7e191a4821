/**
 * What became of each assigned revision, kept on disk: after a restart one that was ready is started again however often
 * that takes, unless it slept, and one that was given up stays given up.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { signatureSchema } from "@slipway/contracts/api/model";
import { stepSchema } from "@slipway/contracts/step";
import { z } from "zod";
import { writeFileAtomically } from "./atomic-file.ts";

/** What a worker has told of its model: asked for also while none runs. */
const describedSchema = z.object({
  mlflowVersion: z.string(),
  flavors: z.array(z.string()),
  signature: signatureSchema.nullable(),
  example: z.unknown(),
});

const outcomeSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("ready"),
    spec: z.string(),
    steps: z.array(stepSchema),
    /** No replica ran when the data plane ended, because nobody had called: it sleeps on. */
    asleep: z.boolean().default(false),
    described: describedSchema.nullable().default(null),
  }),
  z.object({
    state: z.literal("failed"),
    spec: z.string(),
    steps: z.array(stepSchema),
    reason: z.string(),
    message: z.string(),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
const outcomesSchema = z.record(z.string(), outcomeSchema);

export class Outcomes {
  readonly #path: string;
  #known: Record<string, Outcome> = {};
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    if (!existsSync(this.#path)) return;
    this.#known = outcomesSchema.parse(JSON.parse(await readFile(this.#path, "utf8")));
  }

  /** The outcome of a revision, if it is of this very spec. */
  find(key: string, spec: string): Outcome | undefined {
    const outcome = this.#known[key];
    return outcome?.spec === spec ? outcome : undefined;
  }

  record(key: string, outcome: Outcome): Promise<void> {
    this.#known[key] = outcome;
    return this.#write();
  }

  /** Forgets revisions that are not assigned any more. */
  keepOnly(keys: ReadonlySet<string>): Promise<void> {
    const gone = Object.keys(this.#known).filter((key) => !keys.has(key));
    if (gone.length === 0) return this.#writing;
    for (const key of gone) delete this.#known[key];
    return this.#write();
  }

  #write(): Promise<void> {
    const content = JSON.stringify(this.#known);
    this.#writing = this.#writing.catch(() => undefined).then(() => writeFileAtomically(this.#path, content));
    return this.#writing;
  }
}
