/**
 * Whether an environment could be made for a version, found out in seconds: nothing is downloaded, built or started, and no code
 * of a package runs. What is resolved once is remembered; what cannot be is tried anew each time somebody asks.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EnvironmentCheck, EnvironmentCheckRequest } from "@slipway/contracts/environment-check";
import type { EnvironmentStore } from "./environment-store.ts";
import { Failure } from "./failure.ts";
import { chooseInterpreter, compareVersions, type Interpreter } from "./interpreter-choice.ts";
import type { Interpreters } from "./interpreters.ts";
import { type PlainRequirements, separatePlain } from "./plain-requirements.ts";
import { requirementsOf } from "./requirements.ts";
import { SharedJobs } from "./shared-jobs.ts";
import { StartTurns } from "./start-turns.ts";
import { type Uv, uvErrorLine } from "./uv.ts";

type Resolution = EnvironmentCheck["resolution"];

const AT_ONCE_MAX = 2;
const REMEMBERED_MAX = 200;

export interface EnvironmentChecksOptions {
  environments: Pick<EnvironmentStore, "knownLock" | "isBuilt">;
  interpreters: Pick<Interpreters, "list" | "fresh">;
  uv: Pick<Uv, "tryCompile">;
  /** For models that do not say which Python they want. */
  fallbackPython: string;
  /** Exists; what is put into it is removed again. */
  scratch: string;
}

interface Attempt {
  plain: PlainRequirements;
  constraints: PlainRequirements | null;
  /** Carries uv, and is what is resolved for unless `pythonVersion` says otherwise. */
  python: Interpreter;
  pythonVersion: string | null;
}

export class EnvironmentChecks {
  readonly #options: EnvironmentChecksOptions;
  readonly #turns = new StartTurns(AT_ONCE_MAX);
  readonly #running = new SharedJobs<Resolution & { lock?: string }>();
  /** Locks by what they were made from, the oldest first. */
  readonly #resolved = new Map<string, string>();

  constructor(options: EnvironmentChecksOptions) {
    this.#options = options;
  }

  /** Finds out, within `timeoutMs` and what the processes need to start and end. */
  async check(request: EnvironmentCheckRequest): Promise<EnvironmentCheck> {
    const startedAt = performance.now();
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const wanted = request.pythonVersion ?? this.#options.fallbackPython;
    const { interpreter, available } = await this.#interpreters(wanted);
    const facts = {
      wanted,
      found: interpreter?.version ?? null,
      available: [...new Set(available.map(({ version }) => version))].sort(compareVersions),
    };
    const { built, ...outcome } = await this.#outcome(request, { wanted, interpreter, available, deadline });
    return { python: facts, built, ...outcome, tookMs: performance.now() - startedAt };
  }

  async #outcome(
    request: EnvironmentCheckRequest,
    scene: {
      wanted: string;
      interpreter: Interpreter | null;
      available: readonly Interpreter[];
      deadline: AbortSignal;
    },
  ): Promise<Pick<EnvironmentCheck, "built" | "resolution" | "leftOut">> {
    const { interpreter, wanted, deadline } = scene;
    const { environments } = this.#options;
    const requirements = requirementsOf(request.requirements, request.constraints, request.mlflowVersion);
    const known = interpreter === null ? null : await environments.knownLock(requirements, interpreter);
    if (known !== null && interpreter !== null) {
      const resolution = { state: "resolved" as const, packages: packagesOf(known) };
      return { built: await environments.isBuilt(known, interpreter), resolution, leftOut: [] };
    }
    const plain = separatePlain(requirements.text);
    const constraints = request.constraints === null ? null : separatePlain(request.constraints);
    const leftOut = [...plain.leftOut, ...(constraints?.leftOut ?? [])];
    const python = interpreter ?? scene.available.toSorted(newestFirst)[0];
    if (python === undefined) {
      const message = "There is no Python on the data plane's machine to resolve with.";
      return { built: false, resolution: { state: "not tried", message }, leftOut };
    }
    const pythonVersion = interpreter === null ? wanted : null;
    const attempt = { plain, constraints, python, pythonVersion };
    const { lock, ...resolution } = await this.#resolve(attempt, { deadline, timeoutMs: request.timeoutMs });
    const complete = lock !== undefined && interpreter !== null && leftOut.length === 0;
    return { built: complete && (await environments.isBuilt(lock, interpreter)), resolution, leftOut };
  }

  async #interpreters(
    wanted: string,
  ): Promise<{ interpreter: Interpreter | null; available: readonly Interpreter[] }> {
    const { interpreters } = this.#options;
    for (const look of [() => interpreters.list(), () => interpreters.fresh()]) {
      const available = await look();
      const interpreter = fitting(wanted, available);
      if (interpreter !== null) return { interpreter, available };
    }
    return { interpreter: null, available: await interpreters.list() };
  }

  async #resolve(
    attempt: Attempt,
    { deadline, timeoutMs }: { deadline: AbortSignal; timeoutMs: number },
  ): Promise<Resolution & { lock?: string }> {
    const { plain, constraints, python, pythonVersion } = attempt;
    const content = [plain.text, constraints?.text ?? null, python.version, pythonVersion];
    const key = createHash("sha256").update(JSON.stringify(content)).digest("hex");
    const remembered = this.#resolved.get(key);
    if (remembered !== undefined) return resolvedTo(remembered);
    const work = this.#running.run(
      key,
      () => undefined,
      async () => {
        const outcome = await this.#take(attempt, timeoutMs);
        if (outcome.lock !== undefined) this.#remember(key, outcome.lock);
        return outcome;
      },
    );
    // Who joins an attempt that began earlier waits no longer than for one of its own.
    return Promise.race([work, timedOut(deadline)]);
  }

  #remember(key: string, lock: string): void {
    this.#resolved.set(key, lock);
    const [oldest] = this.#resolved.keys();
    if (this.#resolved.size > REMEMBERED_MAX && oldest !== undefined) this.#resolved.delete(oldest);
  }

  /** One attempt; the wait for its turn counts as part of it. */
  async #take(attempt: Attempt, timeoutMs: number): Promise<Resolution & { lock?: string }> {
    const startedAt = performance.now();
    const stopped = AbortSignal.timeout(timeoutMs);
    try {
      using _turn = await this.#turns.take({ urgent: false, stopped }, () => undefined);
      return await this.#run(attempt, Math.max(1, timeoutMs - (performance.now() - startedAt)));
    } catch (error) {
      if (stopped.aborted && error === stopped.reason) return { state: "timed out" };
      throw error;
    }
  }

  async #run(attempt: Attempt, timeoutMs: number): Promise<Resolution & { lock?: string }> {
    const { plain, constraints, python, pythonVersion } = attempt;
    const cwd = await mkdtemp(join(this.#options.scratch, "check-"));
    try {
      const requirementsPath = join(cwd, "requirements.txt");
      const constraintsPath = constraints === null ? null : join(cwd, "constraints.txt");
      await writeFile(requirementsPath, plain.text);
      if (constraints !== null && constraintsPath !== null)
        await writeFile(constraintsPath, constraints.text);
      const where = { requirementsPath, constraintsPath, cwd, timeoutMs: Math.ceil(timeoutMs) };
      const result = await this.#options.uv.tryCompile({ ...where, python: python.path, pythonVersion });
      if (result.ok) return resolvedTo(result.out);
      return result.timedOut ? { state: "timed out" } : refusal(result.error);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }
}

function newestFirst(a: Interpreter, b: Interpreter): number {
  return compareVersions(b.version, a.version);
}

function fitting(wanted: string, available: readonly Interpreter[]): Interpreter | null {
  try {
    return chooseInterpreter(wanted, available);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

async function timedOut(deadline: AbortSignal): Promise<Resolution> {
  if (!deadline.aborted) {
    await new Promise((resolve) => deadline.addEventListener("abort", resolve, { once: true }));
  }
  // The attempt of one's own ends at the same moment, and knows more.
  await sleep(200);
  return { state: "timed out" };
}

function resolvedTo(lock: string): Resolution & { lock: string } {
  return { state: "resolved", packages: packagesOf(lock), lock };
}

/** Why uv gave up, as its own line says. */
function refusal(error: string): Resolution {
  const message = uvErrorLine(error).replace(/^No solution found when resolving dependencies:? /, "");
  if (/building from source is disabled|no usable wheels/i.test(error))
    return { state: "source only", message };
  if (/failed to fetch|request failed|error sending request|client error|dns error/i.test(error)) {
    return { state: "unreachable", message };
  }
  return { state: "unsatisfiable", message };
}

/** The pins of a lock, names as PEP 503 normalises them. */
function packagesOf(lock: string): Record<string, string> {
  const pins = lock.split("\n").flatMap((line) => {
    const [, name, version] =
      /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;]+)/.exec(line) ?? [];
    return name === undefined || version === undefined
      ? []
      : [[name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version] as const];
  });
  return Object.fromEntries(pins);
}
