/** As whom workers run: a user of their own where the host allows it, else Slipway's, which is said plainly. */
import { chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunTool } from "./tool.ts";

export interface WorkerUser {
  uid: number;
  gid: number;
}

const REACH =
  "import os,sys\n" + "for path in sys.argv[1:]: os.listdir(path)\n" + "import ctypes, json, socket";

export interface IsolationOptions {
  user: WorkerUser | null;
  workerFolder: string;
  runTool: RunTool;
}

export class Isolation {
  readonly #options: IsolationOptions;
  readonly #probed = new Map<string, Promise<boolean>>();

  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** The user for workers of this environment and model; null means Slipway's own. Asked once per environment: one model's folder is as open as another's. */
  async userFor(python: string, modelFolder: string): Promise<WorkerUser | null> {
    const { user } = this.#options;
    if (user === null) return null;
    const probe = this.#probed.get(python) ?? this.#reaches(user, python, modelFolder);
    this.#probed.set(python, probe);
    return (await probe) ? user : null;
  }

  async #reaches(user: WorkerUser, python: string, modelFolder: string): Promise<boolean> {
    const result = await this.#options.runTool({
      command: "/usr/bin/env",
      arguments: [python, "-I", "-c", REACH, modelFolder, join(this.#options.workerFolder, "slipway_worker")],
      environment: { PATH: "/usr/bin:/bin" },
      cwd: "/",
      timeoutMs: 30_000,
      user,
    });
    return result.ok;
  }
}

/** A folder that belongs to a worker alone. */
export async function makeOwnFolder(path: string, user: WorkerUser | null): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user !== null) await chown(path, user.uid, user.gid);
}
