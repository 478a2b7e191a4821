/** The webhook by which a group's MLflow says what has changed. It only speeds up what polling finds anyhow. */
import { randomBytes } from "node:crypto";
import type { MlflowWebhook } from "@slipway/contracts/api/mlflow-binding";
import { AppError } from "@slipway/contracts/errors";
import { seal, unseal } from "@slipway/contracts/sealed";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { type Delivery, modelOf } from "#registry/webhook-delivery.ts";
import { announce } from "#store/change-feed.ts";
import { type BindingRecord, findBinding, saveWebhook } from "#store/group-store.ts";
import { openBinding, requireBinding } from "./binding.ts";
import { requireGroup } from "./groups.ts";

const KEY_BYTES = 32;
const KEY_CONTEXT = "mlflow webhook";
const POLLING_GOES_ON =
  "Aliases are followed without it too: Slipway goes on asking MLflow by itself, only a moved alias is noticed some seconds later.";

/**
 * Registers the webhook at MLflow with a fresh key, in place of an earlier one, and has MLflow try it.
 * @throws AppError `mlflow_not_configured`, `mlflow_unreachable`, `conflict` in MLflow's words.
 */
export async function setMlflowWebhook(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<MlflowWebhook> {
  await requireGroup(ports, principal, group, "administer");
  const record = await requireBinding(ports, group);
  const binding = openBinding(record, ports.sealingKey);
  const { webhooks } = ports.registry;
  const url = `${ports.origin}/api/v1/groups/${encodeURIComponent(group)}/mlflow/webhook`;
  const key = randomBytes(KEY_BYTES).toString("base64url");
  let id: string | null = null;
  try {
    if (record.webhookId !== null) await webhooks.remove(binding, record.webhookId);
    id = await webhooks.create(binding, { name: `slipway-${group}`.slice(0, 60), url, key });
    const sealedWebhookKey = seal(ports.sealingKey, key, KEY_CONTEXT);
    await saveWebhook(ports.database, record, { webhookId: id, sealedWebhookKey });
    await webhooks.test(binding, id);
    return { url };
  } catch (error) {
    await saveWebhook(ports.database, record, { webhookId: null, sealedWebhookKey: null });
    // Why it could not be set up is what people must hear, not that it could not be taken back.
    if (id !== null) await webhooks.remove(binding, id).catch(() => undefined);
    throw withAdvice(error, `MLflow was asked to call ${url}.`);
  }
}

/** Calls are refused from now on, also when MLflow cannot be told. @throws AppError `mlflow_not_configured`, `conflict`. */
export async function removeMlflowWebhook(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<void> {
  await requireGroup(ports, principal, group, "administer");
  const record = await requireBinding(ports, group);
  await dropWebhook(ports, record).catch((error: unknown) => {
    throw withAdvice(error, `Its calls are refused from now on, but MLflow still has the webhook.`);
  });
}

/** Forgets a binding's webhook, here first and then at MLflow. */
export async function dropWebhook(ports: OperationPorts, record: BindingRecord): Promise<void> {
  await saveWebhook(ports.database, record, { webhookId: null, sealedWebhookKey: null });
  if (record.webhookId === null) return;
  await ports.registry.webhooks.remove(openBinding(record, ports.sealingKey), record.webhookId);
}

/** Looks at the model and the group's aliases when the call is MLflow's own. @throws AppError `unauthenticated`, without saying why. */
export async function receiveMlflowWebhook(
  ports: OperationPorts,
  group: string,
  delivery: Delivery,
): Promise<void> {
  const record = await findBinding(ports.database, group);
  const sealed = record?.sealedWebhookKey ?? null;
  const key = sealed === null ? null : unseal(ports.sealingKey, sealed, KEY_CONTEXT);
  if (record === undefined || key === null || !ports.registry.webhooks.accepts(key, delivery, ports.now())) {
    throw new AppError("unauthenticated", "This call is not one of the group's MLflow.");
  }
  ports.aliasesMoved(group);
  const model = modelOf(delivery);
  if (model === null) return;
  // MLflow waits for the answer only; what cannot be read now is found by the next look.
  lookAt(ports, record, model).catch(() => undefined);
}

/** Brings the index up to date, and then tells who watches. */
async function lookAt(ports: OperationPorts, record: BindingRecord, model: string): Promise<void> {
  await ports.registry.look(openBinding(record, ports.sealingKey), model);
  await announce(ports.database, { kind: "registry", group: record.groupName, model });
}

function withAdvice(error: unknown, what: string): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, `${what} ${error.message} ${POLLING_GOES_ON}`, {
    cause: error.cause,
    details: error.details,
  });
}
