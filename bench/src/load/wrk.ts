/** Runs wrk, the load generator: bodies in turn, many callers that each send the next request when they have an answer. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { Refusal } from "@slipway/cli/terminal/refusal";
import { execa } from "execa";
import { endedChildrenCpuMs } from "#processes/proc.ts";
import { type LoadFigures, readWrkOutput } from "./wrk-output.ts";

const SCRIPT = join(repositoryRoot, "bench", "load", "rotate.lua");
/** Longer than any cell: a request that is not answered within it has failed. */
const TIMEOUT_SECONDS = 120;
const FINISH_MS_MAX = 30_000;

export interface Load {
  url: string;
  headers: Record<string, string>;
  /** Holds the bodies, named `00`, `01`, … */
  bodies: { folder: string; count: number; framed: boolean };
  callers: number;
  seconds: number;
}

export interface MeasuredLoad extends LoadFigures {
  /** Processor time that the generator itself took. */
  generatorCpuMs: number;
}

/** Sends the load and returns what it measured. @throws Error when wrk fails. */
export async function sendLoad(load: Load, signal: AbortSignal): Promise<MeasuredLoad> {
  const { url, headers, bodies, callers, seconds } = load;
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    const headersPath = join(folder, "headers");
    writeFileSync(
      headersPath,
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\n`)
        .join(""),
    );
    const startCpuMs = endedChildrenCpuMs();
    const { stdout } = await execa(
      "wrk",
      [
        ...["--threads", "1", "--connections", String(callers), "--duration", `${seconds}s`],
        ...["--timeout", `${TIMEOUT_SECONDS}s`, "--script", SCRIPT, url, "--"],
        ...[bodies.folder, String(bodies.count), headersPath, bodies.framed ? "framed" : "plain"],
      ],
      { cancelSignal: signal, timeout: seconds * 1000 + FINISH_MS_MAX, forceKillAfterDelay: 1000 },
    );
    return { ...readWrkOutput(stdout), generatorCpuMs: endedChildrenCpuMs() - startCpuMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes sure that wrk is there: from the PATH, else from Debian's packages when this is root. */
export async function provideWrk(signal: AbortSignal): Promise<string> {
  const there = await wrkVersion();
  if (there !== undefined) return there;
  if (process.getuid?.() === 0) {
    for (const words of [["update"], ["install", "-y", "--no-install-recommends", "wrk"]]) {
      const { failed } = await execa("apt-get", words, {
        env: { DEBIAN_FRONTEND: "noninteractive" },
        reject: false,
        cancelSignal: signal,
      });
      if (failed) break;
    }
  }
  const installed = await wrkVersion();
  if (installed === undefined) {
    throw new Refusal(
      "The benchmarks need wrk, a load generator. Install it (Debian: apt-get install wrk), then try again.",
    );
  }
  return installed;
}

/** wrk tells its version on the first line of its usage, with a failing exit code. */
async function wrkVersion(): Promise<string | undefined> {
  const { stdout, stderr } = await execa("wrk", ["--version"], { reject: false });
  return /wrk \S+/.exec(`${stdout}${stderr}`)?.[0];
}
