/** Downloads a version through MLflow's own Python client (`worker/fetch_model.py`). */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelSource } from "@slipway/contracts/assignment";
import { z } from "zod";
import { backOffMs } from "./back-off.ts";
import { Failure } from "./failure.ts";
import type { Progress } from "./shared-jobs.ts";
import type { RunTool } from "./tool.ts";

const ATTEMPTS_MAX = 4;
const DOWNLOAD_TIMEOUT_MS = 60 * 60_000;

export const modelFactsSchema = z.object({
  mlflowVersion: z.string().nullable(),
  pythonVersion: z.string().nullable(),
  /** Lines for pip where the model has no `requirements.txt`. */
  requirements: z.array(z.string()).nullable(),
  /** Absent in what was fetched by an earlier Slipway. */
  flavors: z.array(z.string()).default([]),
  /** The module through which MLflow loads it. */
  loaderModule: z.string().nullable().default(null),
  /** What its files name: a template imports it before the model is loaded first. */
  modules: z.array(z.string()).default([]),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

export const modelFileSchema = z.object({ path: z.string(), bytes: z.number(), sha256: z.string() });
export type ModelFile = z.infer<typeof modelFileSchema>;

const eventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("progress"), message: z.string() }),
  z.object({
    event: z.literal("done"),
    path: z.string(),
    files: z.array(modelFileSchema),
    facts: modelFactsSchema,
  }),
  z.object({ event: z.literal("failed"), transient: z.boolean(), error: z.string() }),
]);
type Event = z.infer<typeof eventSchema>;
export type Fetched = Extract<Event, { event: "done" }>;

export interface FetchOptions {
  python: string;
  workerFolder: string;
  /** The host's variables and the version's own. */
  environment: Record<string, string>;
  into: string;
  runTool: RunTool;
  stopped: AbortSignal;
}

/**
 * Downloads into a folder; tries again when trying again may help.
 * @throws Failure `DownloadFailed` with the cause in words.
 */
export async function fetchModel(
  source: ModelSource,
  options: FetchOptions,
  progress: Progress,
): Promise<Fetched> {
  for (let attempt = 1; ; attempt += 1) {
    const event = await fetchOnce(source, options, progress);
    if (event.event === "done") return event;
    if (!event.transient || attempt >= ATTEMPTS_MAX) throw describe(source, event.error, attempt);
    const waitMs = backOffMs(attempt - 1);
    progress(
      `${event.error} – trying again in ${waitMs / 1000} s (attempt ${attempt + 1} of ${ATTEMPTS_MAX})`,
    );
    await sleep(waitMs, undefined, { signal: options.stopped });
  }
}

async function fetchOnce(
  source: ModelSource,
  options: FetchOptions,
  progress: Progress,
): Promise<Exclude<Event, { event: "progress" }>> {
  let last: Exclude<Event, { event: "progress" }> | undefined;
  let lastError = "";
  const script = join(options.workerFolder, "fetch_model.py");
  const result = await options.runTool({
    command: options.python,
    // biome-ignore format: one option a line reads worse
    arguments: ["-u", script, "--name", source.name, "--version", source.version, "--into", options.into],
    environment: { ...options.environment, PYTHONNOUSERSITE: "1" },
    cwd: options.into,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    onOut: (line) => {
      const event = parseEvent(line);
      if (event?.event === "progress") progress(event.message);
      else if (event !== undefined) last = event;
    },
    onError: (line) => {
      lastError = line.trim() === "" ? lastError : line;
      progress(line);
    },
  });
  if (last !== undefined) return last;
  const error = result.timedOut ? "it took longer than an hour" : lastError || "it ended without a result";
  return { event: "failed", transient: !result.timedOut, error };
}

function parseEvent(line: string): Event | undefined {
  try {
    return eventSchema.parse(JSON.parse(line));
  } catch {
    return undefined; // something else that a library printed
  }
}

function describe(source: ModelSource, error: string, attempts: number): Failure {
  const tried = attempts === 1 ? "" : ` (${attempts} attempts)`;
  return new Failure(
    "DownloadFailed",
    `The files of ${source.name} version ${source.version} could not be downloaded${tried}: ${error}`,
  );
}
