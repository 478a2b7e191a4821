/** The product as a team runs it: `slipway start` with its own PostgreSQL, and a group bound to the registry. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { nextFreePort } from "@slipway/cli/setup/ports";
import { request } from "undici";
import { ProcessTree } from "#processes/process-tree.ts";
import { StartedProcess } from "#processes/started-process.ts";
import { plainEnvironment } from "#setup/plain-environment.ts";
import { SlipwayApi } from "./api.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 16_000;
const START_MS_MAX = 600_000;
/** Of the first administrator. */
export const PASSWORD = "a password for benchmarks";

export interface ProductPlace {
  home: string;
  uvCache: string;
  /** A folder with `uv`. */
  uvFolder: string;
}

export class Product implements AsyncDisposable {
  readonly #place: ProductPlace;
  readonly #signal: AbortSignal;
  readonly #ports: { api: number; endpoints: number };
  #process: StartedProcess;
  #api: SlipwayApi | undefined;

  private constructor(place: ProductPlace, ports: { api: number; endpoints: number }, signal: AbortSignal) {
    this.#place = place;
    this.#ports = ports;
    this.#signal = signal;
    this.#process = this.#spawn();
  }

  /** Starts a new one, in an empty home, bound to the registry. */
  static async start(place: ProductPlace, registryUri: string, signal: AbortSignal): Promise<Product> {
    rmSync(place.home, { recursive: true, force: true });
    mkdirSync(place.home, { recursive: true, mode: 0o711 });
    const api = await nextFreePort(HOST, FIRST_PORT);
    const endpoints = await nextFreePort(HOST, api + 1);
    const product = new Product(place, { api, endpoints }, signal);
    try {
      await product.#untilReady();
      await product.api.bind(registryUri);
      return product;
    } catch (error) {
      await product[Symbol.asyncDispose]();
      throw error;
    }
  }

  get api(): SlipwayApi {
    if (this.#api === undefined) throw new Error("Slipway is not ready");
    return this.#api;
  }

  /** True once the run was interrupted. */
  get ends(): boolean {
    return this.#signal.aborted;
  }

  /** Where the console and the API are. */
  get origin(): string {
    return `http://${HOST}:${this.#ports.api}`;
  }

  get endpointOrigin(): string {
    return `http://${HOST}:${this.#ports.endpoints}`;
  }

  /** Everything: the supervisor, both planes, the database, the workers. */
  get tree(): ProcessTree {
    return this.#process.tree;
  }

  /** The control plane alone. */
  get controlPlaneTree(): ProcessTree {
    return this.#part("control-plane/src/main.ts");
  }

  /** Its PostgreSQL. */
  get databaseTree(): ProcessTree {
    return this.#part("/postgres");
  }

  /** The data plane with its workers: what each further model adds to. */
  get dataPlaneTree(): ProcessTree {
    return this.#part("data-plane/src/main.ts");
  }

  #part(entry: string): ProcessTree {
    return new ProcessTree(() =>
      this.tree.pids().find((pid) => commandLine(pid).some((word) => word.endsWith(entry))),
    );
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** Starts it again, with all that it had; its parts come up on their own. */
  startAgain(): void {
    this.#process = this.#spawn();
  }

  /** Waits until the API answers, and signs in anew. */
  async untilReady(): Promise<void> {
    await this.#untilReady();
  }

  /** Asks until the answer is true, as long as the product runs. */
  until(ask: () => Promise<boolean>): Promise<void> {
    return this.#process.until(ask, { withinMs: START_MS_MAX, everyMs: 10, signal: this.#signal });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #untilReady(): Promise<void> {
    await this.until(() => answers(`${this.origin}/readyz`));
    this.#api = await SlipwayApi.signIn(this.origin, PASSWORD, this.#signal);
  }

  #spawn(): StartedProcess {
    const { home, uvCache, uvFolder } = this.#place;
    const environment = plainEnvironment();
    return new StartedProcess({
      name: "Slipway",
      command: [process.execPath, join(repositoryRoot, "cli", "src", "main.ts"), "start"],
      environment: {
        ...environment,
        PATH: `${uvFolder}:${environment.PATH}`,
        UV_CACHE_DIR: uvCache,
        SLIPWAY_HOME: home,
        SLIPWAY_PORT: String(this.#ports.api),
        SLIPWAY_ENDPOINT_PORT: String(this.#ports.endpoints),
        SLIPWAY_ADMIN_PASSWORD: PASSWORD,
      },
      workingFolder: repositoryRoot,
      logPath: join(home, "slipway.log"),
    });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false; // not listening yet
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it ended between two looks
  }
}
