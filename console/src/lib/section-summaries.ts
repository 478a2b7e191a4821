/** The folded parts of the form, each in a line. */
import { formatDuration } from "./format.ts";
import { formatSize } from "./memory.ts";
import { type ServingForm, scalesToZero } from "./serving-form.ts";
import type { Size, SpecForm } from "./spec-form.ts";
import { type NumberText, numberOf, type StrategyForm } from "./strategy-form.ts";

const NAMED_MAX = 3;

/** `0 to 2 replicas, none after 15 min idle · batching automatic · at most 100 requests at a time`. */
export function summarizeServing(form: ServingForm): string {
  const { concurrencyMax, idempotent } = form;
  const bound = written(concurrencyMax);
  const parts = [
    `${replicaWords(form)}${scalesToZero(form) ? `, none after ${writtenSeconds(form.idleSeconds)} idle` : ""}`,
    `batching ${BATCHING_WORDS[form.batching.mode]}`,
    bound === "…" ? "" : `at most ${bound} request${bound === "1" ? "" : "s"} at a time`,
    idempotent ? "sent again once" : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

const BATCHING_WORDS = { auto: "automatic", on: "on", off: "off" };

function replicaWords({ minReplicas, maxReplicas }: ServingForm): string {
  return numberOf(minReplicas) === numberOf(maxReplicas)
    ? `${written(minReplicas)} replica${numberOf(minReplicas) === 1 ? "" : "s"}`
    : `${written(minReplicas)} to ${written(maxReplicas)} replica${numberOf(maxReplicas) === 1 ? "" : "s"}`;
}

/** `medium (1 CPU thread, 4 GiB)`. `name` is the instance type's, `size` what it means, where they are known. */
export function summarizeResources({ name, size }: { name: string | null; size: Size | null }): string {
  const words = size === null ? "" : formatSize(size);
  if (name === null) return words || "…";
  return `${name}${words === "" ? "" : ` (${words})`}`;
}

/** `2: LOG_LEVEL, API_KEY (secret)`. */
export function summarizeVariables(rows: SpecForm["variables"]): string {
  return counted(rows.map(({ name, secret }) => `${name.trim() || "…"}${secret ? " (secret)" : ""}`));
}

/** `1: team = fraud`. */
export function summarizeMetadata(rows: SpecForm["metadata"]): string {
  return counted(rows.map(({ name, value }) => `${name.trim() || "…"} = ${value}`));
}

/** `Canary 10 % → 50 %, automatic promotion · old revision kept ready for 5 min`. */
export function summarizeStrategy({
  strategy,
  warmSeconds,
}: Pick<SpecForm, "strategy" | "warmSeconds">): string {
  const warm = numberOf(warmSeconds);
  const kept =
    warm === 0 ? "old revision not kept" : `old revision kept ready for ${writtenSeconds(warmSeconds)}`;
  return `${strategyWords(strategy)} · ${kept}`;
}

/** The first line of the description. */
export function summarizeDescription(description: string): string {
  return description.trim().split("\n")[0] || "none";
}

/** A number of seconds as a duration: `5 min`. */
export function writtenSeconds(seconds: NumberText): string {
  const value = numberOf(seconds);
  if (Number.isNaN(value)) return "…";
  return formatDuration(value * 1000)
    .replace(/\.0 s$/, " s")
    .replace(/ 0 (s|min)$/, "")
    .replace(/^0 ms$/, "0 s");
}

function strategyWords({ kind, canary, shadow }: StrategyForm): string {
  switch (kind) {
    case "all-at-once":
      return "All at once after the smoke test";
    case "canary":
      return `Canary ${canary.steps.map(({ weight }) => `${written(weight)} %`).join(" → ")}, ${promotionWords(canary.promotion)}`;
    case "shadow":
      return `Shadow of ${written(shadow.percent)} % for ${writtenSeconds(shadow.seconds)}, ${promotionWords(shadow.promotion)}`;
  }
}

function promotionWords(promotion: "automatic" | "manual"): string {
  return promotion === "automatic" ? "automatic promotion" : "promoted by hand";
}

function counted(words: string[]): string {
  if (words.length === 0) return "none";
  const more = words.length - NAMED_MAX;
  return `${words.length}: ${words.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function written(number: NumberText): string {
  return String(number).trim() === "" ? "…" : String(number);
}
