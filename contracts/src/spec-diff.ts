/** What differs between two specs, in words: for the history, the receipt of a rollout and the form of an update. */
import type { Revision } from "./api/deployment.ts";
import type { SpecChange } from "./api/rollout.ts";
import type { Serving } from "./api/serving.ts";
import type { Strategy } from "./api/strategy.ts";
import { describeBatching, describeConcurrency, describeWarmWindows } from "./serving-words.ts";

/** The part of a revision that is compared. */
export type ComparedSpec = Pick<
  Revision,
  | "modelUri"
  | "access"
  | "description"
  | "variables"
  | "metadata"
  | "minReplicas"
  | "maxReplicas"
  | "instanceType"
  | "cpuThreads"
  | "memoryBytes"
  | "strategy"
  | "warmSeconds"
  | "aliasPolicy"
  | keyof Serving
  | "requestedModelUri"
> &
  Partial<Pick<Revision, "batchingInEffect" | "environmentHash">>;

export const ABSENT = "none";
const MIB = 1024 ** 2;

/** The fields that differ, in the order of the form. `from` is null for a first revision: nothing differs. */
export function diffSpecs(from: ComparedSpec | null, to: ComparedSpec): SpecChange[] {
  if (from === null) return [];
  const [before, after] = [flatten(from), flatten(to)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, from: before.get(field) ?? ABSENT, to: after.get(field) ?? ABSENT }))
    .filter((change) => change.from !== change.to)
    .filter(isNoRepetition)
    .map(({ field, from: old, to: next }) => ({ field, from: withoutMark(old), to: withoutMark(next) }));
}

/** A URI that was asked for as a version says the same as the model URI. */
function isNoRepetition({ field, from, to }: SpecChange, _index: number, changes: SpecChange[]): boolean {
  if (field !== "Asked for as") return true;
  return !changes.some((other) => other.field === "Model URI" && other.from === from && other.to === to);
}

function flatten(spec: ComparedSpec): Map<string, string> {
  const { variables, metadata, minReplicas, maxReplicas } = spec;
  const size = `${spec.cpuThreads} CPU thread${spec.cpuThreads === 1 ? "" : "s"}, ${Math.round(spec.memoryBytes / MIB)} MiB`;
  return new Map([
    ["Model URI", spec.modelUri],
    ["Asked for as", spec.requestedModelUri],
    ["Access", spec.access],
    ["Replicas", minReplicas === maxReplicas ? `${minReplicas}` : `${minReplicas} to ${maxReplicas}`],
    ["Instance type", spec.instanceType === null ? size : `${spec.instanceType} (${size})`],
    ...variables.map(
      ({ name, secret, value, mark }) =>
        [`Variable ${name}`, secret ? `${SECRET}${mark ?? ""}` : (value ?? "")] as const,
    ),
    ...Object.entries(metadata).map(([key, value]) => [`Metadata ${key}`, value] as const),
    ["Idle until scaled to zero", `${spec.idleSeconds} s`],
    ["Warm windows", describeWarmWindows(spec.warmWindows)],
    ["Batching", describeBatching(spec.batching, spec.batchingInEffect)],
    ["Requests at the same time", describeConcurrency(spec.concurrencyMax)],
    ["Sent again when a replica dies", spec.idempotent ? "once" : "never"],
    ["Rollout strategy", describeStrategy(spec.strategy)],
    ["Kept warm", `${spec.warmSeconds} s`],
    ["When the alias moves", spec.aliasPolicy],
    ["Description", spec.description === "" ? ABSENT : spec.description],
    ...(spec.environmentHash ? [["Environment", spec.environmentHash] as const] : []),
  ]);
}

const SECRET = "a secret value\0";

/** Secrets are told apart by a mark that is not for people. */
function withoutMark(text: string): string {
  return text.split("\0")[0] ?? text;
}

/** A strategy in a line. */
export function describeStrategy(strategy: Strategy): string {
  switch (strategy.kind) {
    case "all-at-once":
      return "all at once after the smoke test";
    case "canary": {
      const steps = strategy.steps.map(({ weight, pauseSeconds }) => `${weight} % for ${pauseSeconds} s`);
      const { errorRateIncreaseMax, latencyRatioMax, predictionDistanceMax, requestsMin } = strategy.bounds;
      const errors = `${Number((errorRateIncreaseMax * 100).toPrecision(3))} % more errors`;
      return `canary: ${steps.join(", ")}; ${strategy.promotion} promotion within ${errors}, ${latencyRatioMax} × latency, prediction distance ${predictionDistanceMax}, after ${requestsMin} requests`;
    }
    case "shadow":
      return `shadow: ${strategy.percent} % mirrored for ${strategy.seconds} s and ${strategy.requestsMin} requests; ${strategy.promotion} promotion${strategy.promotion === "automatic" ? ` with at most ${strategy.differingRowsMax * 100} % of the rows differing` : ""}`;
  }
}
