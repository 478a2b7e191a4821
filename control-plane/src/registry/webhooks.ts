/** MLflow's webhooks (MLflow 3): registered for a group, tried, and taken away again. */
import { AppError } from "@slipway/contracts/errors";
import { z } from "zod";
import type { RegistryBinding } from "./binding.ts";
import type { MlflowClient } from "./mlflow-client.ts";
import { createDeliveryCheck, type DeliveryCheck } from "./webhook-delivery.ts";

const WEBHOOKS = "/api/2.0/mlflow/webhooks";
const PER_PAGE = 100;

/** What makes a look at a model and its aliases due. */
const EVENTS = [
  { entity: "MODEL_VERSION_ALIAS", action: "CREATED" },
  { entity: "MODEL_VERSION_ALIAS", action: "DELETED" },
  { entity: "MODEL_VERSION", action: "CREATED" },
  { entity: "MODEL_VERSION_TAG", action: "SET" },
  { entity: "MODEL_VERSION_TAG", action: "DELETED" },
  { entity: "REGISTERED_MODEL", action: "CREATED" },
];

const webhookSchema = z.object({ webhook_id: z.string(), url: z.string().default("") });
const createdSchema = z.object({ webhook: webhookSchema });
const pageSchema = z.object({ webhooks: z.array(webhookSchema).default([]) });
const testSchema = z.object({
  result: z.object({
    success: z.boolean().default(false),
    response_status: z.number().optional(),
    error_message: z.string().optional(),
  }),
});

export interface NewWebhook {
  name: string;
  url: string;
  /** With what MLflow signs its calls. */
  key: string;
}

export interface Webhooks {
  /** Registers one, in place of earlier ones for the same address, and returns its id. @throws AppError `conflict` in MLflow's words. */
  create(binding: RegistryBinding, webhook: NewWebhook): Promise<string>;
  /** Has MLflow send a signed call. @throws AppError `conflict` when it did not get through. */
  test(binding: RegistryBinding, id: string): Promise<void>;
  /** Removing what is gone changes nothing. @throws AppError `conflict` in MLflow's words. */
  remove(binding: RegistryBinding, id: string): Promise<void>;
  /** Whether a call comes from the holder of a group's key, is fresh, and was not seen before. */
  accepts: DeliveryCheck;
}

export function createWebhooks(clientOf: (binding: RegistryBinding) => MlflowClient): Webhooks {
  const remove = async (client: MlflowClient, id: string): Promise<void> => {
    try {
      await client.write(z.unknown(), "DELETE", [
        `${WEBHOOKS}/${encodeURIComponent(id)}`,
        { webhook_id: id },
      ]);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "not_found")) throw inWords(error);
    }
  };
  return {
    async create(binding, { name, url, key }) {
      const client = clientOf(binding);
      try {
        const { webhooks } = await client.get(pageSchema, WEBHOOKS, { max_results: PER_PAGE });
        for (const { webhook_id, ...other } of webhooks)
          if (other.url === url) await remove(client, webhook_id);
        const body = { name, url, events: EVENTS, secret: key, status: "ACTIVE" };
        return (await client.write(createdSchema, "POST", [WEBHOOKS, body])).webhook.webhook_id;
      } catch (error) {
        throw inWords(error);
      }
    },
    async test(binding, id) {
      const path = `${WEBHOOKS}/${encodeURIComponent(id)}/test`;
      const body = { webhook_id: id, event: EVENTS[0] };
      const { result } = await clientOf(binding)
        .write(testSchema, "POST", [path, body])
        .catch((error: unknown) => Promise.reject(inWords(error)));
      if (result.success) return;
      const said = result.error_message ?? `it was answered with ${result.response_status}`;
      throw new AppError(
        "conflict",
        `MLflow took the webhook, but its call did not get through: ${said.slice(0, 500)}`,
      );
    },
    remove: (binding, id) => remove(clientOf(binding), id),
    accepts: createDeliveryCheck(),
  };
}

/** An MLflow that is there and does not want this: not the same as one that is down. */
function inWords(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "mlflow_unreachable") return error;
  switch (error.details.cause) {
    case "other":
    case "server_error":
      return new AppError("conflict", error.message, { cause: error });
    case "not_mlflow":
      return new AppError("conflict", "This MLflow has no webhooks; they came with MLflow 3.", {
        cause: error,
      });
    default:
      return error;
  }
}
