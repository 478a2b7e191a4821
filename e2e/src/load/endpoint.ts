/** A deployment under test: changed over the API, loaded at its endpoint. */
import {
  type Deployment,
  type DeploymentPatchInput,
  type DeploymentRequestInput,
  deploymentSchema,
  revisionSchema,
} from "@slipway/contracts/api/deployment";
import { type Rollout, rolloutSchema } from "@slipway/contracts/api/rollout";
import { GROUP, type Product } from "#src/product.ts";
import { RunningLoad } from "./generator.ts";
import type { Load } from "./messages.ts";
import type { Receipt } from "./outcome.ts";

const POLL_MS = 50;
/** Numbers of three remainders, so that a model of labels gives all of its labels. */
const NUMBERS = Array.from({ length: 99 }, (_, index) => index);

/** Requests of one number each, which is to be doubled. */
export const DOUBLED: Load["requests"] = NUMBERS.map((x) => ({
  body: JSON.stringify({ dataframe_split: { columns: ["x"], data: [[x]] } }),
  answer: `{"predictions": [${x * 2}.0]}`,
}));

/** The same requests, whatever the answer. */
export const ANYTHING: Load["requests"] = DOUBLED.map(({ body }) => ({ body, answer: null }));

/** A change that the API has accepted, and when. */
export interface AcceptedChange {
  revision: number;
  askedAtMs: number;
}

export class TestedEndpoint {
  readonly product: Product;
  readonly id: string;
  readonly url: string;

  private constructor(product: Product, { id, endpoint }: Deployment) {
    this.product = product;
    this.id = id;
    this.url = endpoint;
  }

  /** Deploys a version with a public endpoint and waits until it serves. @throws Error when it fails. */
  static async deploy(product: Product, request: DeploymentRequestInput): Promise<TestedEndpoint> {
    const { id } = await product.api.deploy(GROUP, { access: "public", ...request });
    const deployed = await product.api.until(GROUP, id, "Deployed", "Failed");
    if (deployed.status === "Failed") throw new Error(`${id} is not served: ${deployed.message}`);
    return new TestedEndpoint(product, deployed);
  }

  get path(): string {
    return `/groups/${GROUP}/deployments/${this.id}`;
  }

  load(ratePerSecond: number, requests: Load["requests"], options: Partial<Load> = {}): Promise<RunningLoad> {
    return RunningLoad.start({ url: this.url, ratePerSecond, requests, ...options });
  }

  async update(patch: DeploymentPatchInput): Promise<AcceptedChange> {
    const askedAtMs = Date.now();
    const { latestRevision } = deploymentSchema.parse(await this.product.api.patch(this.path, patch));
    return { revision: latestRevision, askedAtMs };
  }

  async rollBack(revision: number): Promise<AcceptedChange> {
    const askedAtMs = Date.now();
    const answer = await this.product.api.post(`${this.path}/rollback`, { revision });
    return { revision: deploymentSchema.parse(answer).latestRevision, askedAtMs };
  }

  rollouts(): Promise<Rollout[]> {
    return this.product.api.items(`${this.path}/rollouts?pageSize=1000`, rolloutSchema);
  }

  /** Numbers of the revisions, ascending. */
  async revisions(): Promise<number[]> {
    const revisions = await this.product.api.items(`${this.path}/revisions?pageSize=1000`, revisionSchema);
    return revisions.map(({ number }) => number).sort((a, b) => a - b);
  }

  /** The newest rollout to a revision, once it `holds`; the test's own time limit bounds the wait. */
  async rolloutOnce(revision: number, holds: (rollout: Rollout) => boolean): Promise<Rollout> {
    for (;;) {
      const { rollout: newest } = await this.product.api.deployment(GROUP, this.id);
      const found = newest?.revision === revision ? newest : await this.#earlierRollout(revision);
      if (found !== undefined && holds(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The rollout to a revision once it has ended. */
  ended(revision: number): Promise<Rollout> {
    return this.rolloutOnce(revision, ({ state }) => state !== "running");
  }

  /** What the receipt of a rollout says, in the words of `expectedReceipt`. */
  async receipt(id: string): Promise<Receipt> {
    const rollout = (await this.rollouts()).find((each) => each.id === id);
    const { requests = [], unserved = 0 } = rollout ?? {};
    const counted = requests.map(({ revision, served, refused, failed }) => ({
      revision,
      served,
      refused,
      failed,
    }));
    return {
      requests: counted
        .filter(({ served, refused, failed }) => served + refused + failed > 0)
        .sort((a, b) => a.revision - b.revision),
      unserved,
    };
  }

  async #earlierRollout(revision: number): Promise<Rollout | undefined> {
    return (await this.rollouts())
      .filter((rollout) => rollout.revision === revision)
      .sort((a, b) => Number(b.id) - Number(a.id))[0];
  }
}
