/** What a run has measured, one fact a line: it survives an interrupted run, which goes on from it. */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { loadFiguresSchema } from "#load/wrk-output.ts";
import { MODELS, SIDES } from "./cells.ts";

const side = z.enum(SIDES);
const model = z.enum(MODELS);
const number = z.number();

const cellFactSchema = z.object({
  kind: z.literal("cell"),
  side,
  /** See `cellId`. */
  cell: z.string(),
  round: z.number().int(),
  load: loadFiguresSchema,
  /** Processor time of the side during the load, in ms. */
  cpuMs: number,
  /** In cores, during the load: the generator, everybody else on the machine, and what the hypervisor took. */
  generatorCores: number,
  otherCores: number,
  stolenCores: number,
});
export type CellFact = z.infer<typeof cellFactSchema>;

const factSchema = z.discriminatedUnion("kind", [
  cellFactSchema,
  /** Its answers are not the model's, or it did not start: it is not timed with that model. */
  z.object({
    kind: z.literal("wrong"),
    side,
    model,
    encoding: z.enum(["json", "binary"]),
    reason: z.string(),
  }),
  /** From the start of its first process (of Slipway: from the request to deploy) until the first right answer. */
  z.object({ kind: z.literal("start"), side, model, try: z.number().int(), seconds: number }),
  /** Of Slipway alone: `what` was started or woken. */
  z.object({ kind: z.literal("slipway-start"), what: z.string(), try: z.number().int(), seconds: number }),
  /** After the load, idle (PSS). `wholeBytes`: of Slipway also with control plane and database. */
  z.object({ kind: z.literal("memory"), side, model, bytes: number, processes: number, wholeBytes: number }),
  z.object({ kind: z.literal("idle"), side, model, cores: number }),
  z.object({ kind: z.literal("density"), side, models: number, bytes: number }),
  z.object({
    kind: z.literal("isolation"),
    /** What is saturated meanwhile: a model, or nothing. */
    neighbour: z.enum(["nothing", ...MODELS]),
    round: z.number().int(),
    sent: number,
    failed: number,
    p50Ms: number,
    p99Ms: number,
    /** Requests/s that the neighbour answered. */
    neighbourPerSecond: number,
  }),
  /** What the generator can do at most: against a server that does nothing. */
  z.object({ kind: z.literal("generator"), callers: number, perSecond: number, cpuUsPerRequest: number }),
]);
export type Fact = z.infer<typeof factSchema>;
export type FactOf<Kind extends Fact["kind"]> = Extract<Fact, { kind: Kind }>;

/** The file of a run, and what is in it. */
export class Measured {
  readonly #path: string;
  readonly #facts: Fact[];

  private constructor(path: string, facts: Fact[]) {
    this.#path = path;
    this.#facts = facts;
  }

  /** Begins a new file, and keeps the earlier one beside it; `resume` goes on with that. */
  static open(path: string, { resume }: { resume: boolean }): Measured {
    if (!existsSync(path)) return new Measured(path, []);
    if (resume) {
      const lines = readFileSync(path, "utf8").split("\n");
      // The newest line may be half written.
      const whole = lines.slice(0, -1).filter((line) => line !== "");
      writeFileSync(path, whole.map((line) => `${line}\n`).join(""));
      return new Measured(
        path,
        whole.map((line) => factSchema.parse(JSON.parse(line))),
      );
    }
    renameSync(path, `${path}.before`);
    return new Measured(path, []);
  }

  /** Keeps a fact. */
  add(fact: Fact): void {
    this.#facts.push(fact);
    appendFileSync(this.#path, `${JSON.stringify(fact)}\n`);
  }

  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** The facts of one kind. */
  of<Kind extends Fact["kind"]>(kind: Kind): FactOf<Kind>[] {
    return this.#facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  }
}
