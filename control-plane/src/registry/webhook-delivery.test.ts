import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createDeliveryCheck, type Delivery, signDelivery } from "./webhook-delivery.ts";

const KEY = "the group's own key";
const NOW = new Date("2026-01-01T00:00:00Z");

function aDelivery(changes: Partial<Delivery> = {}, key = KEY): Delivery {
  const delivery = {
    id: randomUUID(),
    timestamp: String(NOW.getTime() / 1_000),
    body: '{"entity": "model_version_alias", "data": {"name": "modèle"}}',
    ...changes,
  };
  return { signature: signDelivery(key, delivery), ...delivery };
}

test("a call is signed as MLflow's own code signs it", () => {
  // Made with mlflow.webhooks.delivery._generate_hmac_signature of MLflow 3.17.
  expect(signDelivery("secret", { id: "d1", timestamp: "1767225600", body: '{"a": 1}' })).toBe(
    "v1,sVCGklTuhTAsu7tetWS15MnTp915Ouipz3gIlGiLtnI=",
  );
});

describe("a call is accepted", () => {
  test("when it is signed and fresh, once", () => {
    const accepts = createDeliveryCheck();
    const delivery = aDelivery();
    expect(accepts(KEY, delivery, NOW)).toBe(true);
    expect(accepts(KEY, delivery, NOW)).toBe(false);
    expect(accepts(KEY, aDelivery(), NOW)).toBe(true);
  });

  test("only with the key of its group", () => {
    expect(createDeliveryCheck()(KEY, aDelivery({}, "another key"), NOW)).toBe(false);
  });

  test.each([
    ["body", '{"entity": "other"}'],
    ["id", "another"],
    ["timestamp", String(NOW.getTime() / 1_000 + 1)],
    ["signature", ""],
    ["signature", "v1,"],
  ] as const)("only with its own %s: %j", (field, value) => {
    expect(createDeliveryCheck()(KEY, { ...aDelivery(), [field]: value }, NOW)).toBe(false);
  });

  test.each([-301, 301])("only when it is not %i s off", (seconds) => {
    const timestamp = String(NOW.getTime() / 1_000 + seconds);
    expect(createDeliveryCheck()(KEY, aDelivery({ timestamp }), NOW)).toBe(false);
  });

  test.each(["", "now", "1767225600.0", "-1"])("only with a time that is one: %j", (timestamp) => {
    expect(createDeliveryCheck()(KEY, aDelivery({ timestamp }), NOW)).toBe(false);
  });
});
