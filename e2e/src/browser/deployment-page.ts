/** A deployment's page in a browser, and the calls that go on beside it. */
import type { CreatedDeployment, Deployment } from "@slipway/contracts/api/deployment";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { invoke } from "#src/api.ts";
import { GROUP, type Product } from "#src/product.ts";
import type { Console } from "./console.ts";

const CALL_INTERVAL_MS = 40;

/** One deployment as the console shows it and as its callers meet it. */
export class DeploymentPage {
  readonly path: string;
  readonly #product: Product;
  readonly #ui: Console;
  readonly #id: string;
  readonly #client: CreatedDeployment["firstClient"];

  private constructor(product: Product, ui: Console, created: CreatedDeployment) {
    this.#product = product;
    this.#ui = ui;
    this.#id = created.id;
    this.#client = created.firstClient;
    this.path = `/groups/${GROUP}/deployments/${created.id}`;
  }

  /** Deploys a model version and waits until it serves. */
  static async deploy(
    product: Product,
    ui: Console,
    request: { name: string; modelUri: string },
  ): Promise<DeploymentPage> {
    const created = await product.api.deploy(GROUP, request);
    await product.api.until(GROUP, created.id, "Deployed");
    return new DeploymentPage(product, ui, created);
  }

  /** Shows the page; `search` names the view. */
  async open(search: string): Promise<void> {
    await this.#ui.open(`/deployments/${this.#id}${search}`);
    await this.#ui.heading(this.#id);
  }

  untilServing(revision: number): Promise<Deployment> {
    return this.#product.api.untilTrue(
      GROUP,
      this.#id,
      ({ servingRevision, status }) => servingRevision === revision && status === "Deployed",
    );
  }

  get dialog(): Locator {
    return this.#ui.page.getByRole("dialog");
  }

  async press(name: string, within: Locator | Console["page"] = this.#ui.page): Promise<void> {
    await within.getByRole("button", { name, exact: true }).click();
  }

  /** Sends the version's own example. */
  async call(): Promise<void> {
    const { endpoint, example } = await this.#product.api.deployment(GROUP, this.#id);
    const answer = await invoke(endpoint, example?.body, this.#client);
    expect(answer.status, answer.text).toBe(200);
  }

  /** Calls again and again until it is disposed of. */
  keepCalling(): AsyncDisposable {
    const stop = new AbortController();
    const calling = this.#callUntil(stop.signal);
    return {
      async [Symbol.asyncDispose]() {
        stop.abort();
        await calling;
      },
    };
  }

  async #callUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.call();
      await new Promise((resolve) => setTimeout(resolve, CALL_INTERVAL_MS));
    }
  }
}
