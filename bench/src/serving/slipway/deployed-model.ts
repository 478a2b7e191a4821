/** A model that Slipway serves at a private endpoint, called with a client's token. */
import type { CreatedDeployment, DeploymentRequestInput } from "@slipway/contracts/api/deployment";
import { answersRightly } from "#serving/ask.ts";
import type { Cell } from "#serving/cells.ts";
import { mlflowPredictions, v2Predictions } from "#serving/predictions.ts";
import type { PreparedModel } from "#serving/prepared-model.ts";
import type { Endpoint } from "#serving/sides/side.ts";
import type { Product } from "#slipway/product.ts";

const REMOVED_MS_MAX = 60_000;
const READY_MS_MAX = 300_000;

export class DeployedModel implements AsyncDisposable {
  readonly id: string;
  readonly #product: Product;
  readonly #headers: Record<string, string>;

  private constructor(product: Product, { id, firstClient }: CreatedDeployment) {
    this.#product = product;
    this.id = id;
    if (firstClient === null) throw new Error(`${id} has no first client`);
    const { name, token } = firstClient;
    this.#headers = { Authorization: `Basic ${Buffer.from(`${name}:${token}`).toString("base64")}` };
  }

  /** Asks for a deployment; it serves a while later. */
  static async request(
    product: Product,
    model: PreparedModel,
    spec: Partial<DeploymentRequestInput> = {},
  ): Promise<DeployedModel> {
    const created = await product.api.deploy({
      name: model.name,
      modelUri: `models:/${model.name}/1`,
      access: "private",
      ...spec,
    });
    return new DeployedModel(product, created);
  }

  endpoint(encoding: Cell["encoding"]): Endpoint {
    const base = `${this.#product.endpointOrigin}/deployment/${this.id}`;
    if (encoding === "binary") {
      return {
        url: `${base}/v2/models/${this.id}/infer`,
        protocol: "v2-binary",
        headers: { ...this.#headers, "Content-Type": "application/octet-stream" },
        answer: v2Predictions,
      };
    }
    return {
      url: `${base}/invocations`,
      protocol: "mlflow",
      headers: { ...this.#headers, "Content-Type": "application/json" },
      answer: mlflowPredictions,
    };
  }

  /** Waits for the first right answer. @throws Error when the deployment fails. */
  async untilRight(model: PreparedModel): Promise<void> {
    const endpoint = this.endpoint("json");
    let askedApiMs = 0;
    await this.#product.until(async () => {
      if (await answersRightly(endpoint, model)) return true;
      if (performance.now() - askedApiMs > 1000) {
        askedApiMs = performance.now();
        const { status, message } = await this.#product.api.deployment(this.id);
        if (status === "Failed") throw new Error(`Slipway does not serve ${this.id}: ${message}`);
      }
      return false;
    });
  }

  /** Waits until all of its replicas serve. */
  async untilDeployed(replicas = 1): Promise<void> {
    await this.#product.api.until(
      this.id,
      ({ status, availableReplicas }) => status === "Deployed" && availableReplicas >= replicas,
      READY_MS_MAX,
    );
  }

  /** Removes the deployment and waits until it is gone; one of a product that ends goes with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#product.ends) return;
    await this.#product.api.remove(this.id);
    const deadlineMs = performance.now() + REMOVED_MS_MAX;
    while (performance.now() < deadlineMs) {
      const gone = await this.#product.api.deployment(this.id).then(
        () => false,
        () => true,
      );
      if (gone) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
