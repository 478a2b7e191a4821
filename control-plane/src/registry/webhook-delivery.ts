/** Checks the calls of MLflow's webhooks: signed as its `webhooks/delivery.py` signs, fresh, and each only once. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";

/** How far the clocks may be apart, and how long a call may take, in seconds. */
const AGE_SECONDS_MAX = 5 * 60;
const SEEN_MAX = 10_000;

export interface Delivery {
  /** `X-MLflow-Delivery-Id`. */
  id: string;
  /** `X-MLflow-Timestamp`: seconds since 1970. */
  timestamp: string;
  /** `X-MLflow-Signature`: `v1,` and the HMAC-SHA256 of `<id>.<timestamp>.<body>` in Base64. */
  signature: string;
  /** As it came. */
  body: string;
}

export type DeliveryCheck = (key: string, delivery: Delivery, now: Date) => boolean;

/** The check, with its memory of the calls that it has accepted. */
export function createDeliveryCheck(): DeliveryCheck {
  const seen = new LRUCache<string, true>({ max: SEEN_MAX, ttl: 2 * AGE_SECONDS_MAX * 1_000 });
  return (key, delivery, now) => {
    const { id, timestamp, signature } = delivery;
    if (!/^\d{1,12}$/.test(timestamp) || id === "" || id.length > 200) return false;
    if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > AGE_SECONDS_MAX) return false;
    if (!isEqual(signature, signDelivery(key, delivery))) return false;
    const mark = `${id} ${signature}`;
    if (seen.has(mark)) return false;
    seen.set(mark, true);
    return true;
  };
}

const bodySchema = z.object({ data: z.object({ name: z.string().min(1) }) });

/** The registered model that a call is about; null when it tells none. */
export function modelOf({ body }: Delivery): string | null {
  try {
    return bodySchema.safeParse(JSON.parse(body)).data?.data.name ?? null;
  } catch {
    return null; // not JSON
  }
}

/** The signature that MLflow gives a call. */
export function signDelivery(key: string, { id, timestamp, body }: Omit<Delivery, "signature">): string {
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
