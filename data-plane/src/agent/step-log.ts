/** The visible steps of one revision on its way to ready. */
import { stripVTControlCharacters } from "node:util";
import { pendingStep, type Step, type StepName } from "@slipway/contracts/step";

const OUTPUT_LINES_MAX = 50;
const LINE_LENGTH_MAX = 500;
const AGENT_STEPS = ["download", "environment", "load", "smoke test"] as const satisfies StepName[];
export type AgentStepName = (typeof AGENT_STEPS)[number];
const BUILD_STEPS: ReadonlySet<AgentStepName> = new Set(["download", "environment"]);

export class StepLog {
  readonly #steps: Step[];
  readonly #began = new Map<AgentStepName, number>();
  readonly #changed: () => void;
  readonly #build: (line: string) => void;

  /** `build` takes every line of the download and of the environment, with their beginnings and ends. */
  constructor(changed: () => void, earlier?: Step[], build: (line: string) => void = () => undefined) {
    this.#changed = changed;
    this.#build = build;
    this.#steps = AGENT_STEPS.map((name) => earlier?.find((step) => step.name === name) ?? pendingStep(name));
  }

  /** What is reported. */
  get steps(): Step[] {
    return this.#steps.map((step) => ({ ...step, output: [...step.output] }));
  }

  /** A step that is begun anew takes back what had begun after it. */
  begin(name: AgentStepName, message: string | null = null): void {
    for (const later of this.#steps.slice(AGENT_STEPS.indexOf(name) + 1)) {
      if (later.state === "running") Object.assign(later, pendingStep(later.name));
    }
    this.#began.set(name, performance.now());
    this.#tellBuild(name, `slipway: ${name} begins`);
    this.#set(name, {
      state: "running",
      startedAt: new Date().toISOString(),
      durationMs: null,
      message,
      output: [],
    });
  }

  /** Adds a line of the step's own output. */
  output(name: AgentStepName, line: string): void {
    this.#tellBuild(name, line.trimEnd());
    const text = stripVTControlCharacters(line).trimEnd().slice(0, LINE_LENGTH_MAX);
    if (text === "") return;
    const { output } = this.#step(name);
    output.push(text);
    if (output.length > OUTPUT_LINES_MAX) output.shift();
    this.#changed();
  }

  done(name: AgentStepName, message: string | null): void {
    this.#end(name, "done", message);
  }

  skipped(name: AgentStepName, message: string): void {
    this.#end(name, "skipped", message);
  }

  /** Fails the step that is running, or the first that has not begun. */
  failRunning(message: string): void {
    const at =
      this.#steps.find(({ state }) => state === "running") ??
      this.#steps.find(({ state }) => state === "pending");
    if (at !== undefined) this.#end(at.name as AgentStepName, "failed", message);
  }

  #end(name: AgentStepName, state: "done" | "failed" | "skipped", message: string | null): void {
    const began = this.#began.get(name);
    const durationMs = began === undefined ? null : Math.round(performance.now() - began);
    const after = durationMs === null ? "" : ` after ${(durationMs / 1000).toFixed(1)} s`;
    this.#tellBuild(name, `slipway: ${name} ${state}${after}${message === null ? "" : `: ${message}`}`);
    this.#set(name, { state, durationMs, message });
  }

  #tellBuild(name: AgentStepName, line: string): void {
    if (BUILD_STEPS.has(name) && line !== "") this.#build(line);
  }

  #set(name: AgentStepName, change: Partial<Step>): void {
    Object.assign(this.#step(name), change);
    this.#changed();
  }

  #step(name: AgentStepName): Step {
    const step = this.#steps.find((candidate) => candidate.name === name);
    if (step === undefined) throw new Error(`there is no step ${name}`);
    return step;
  }
}
