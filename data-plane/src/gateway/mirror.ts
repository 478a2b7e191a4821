/**
 * Sends a copy of an answered request to a revision that is tried in the shadow, and compares the answers.
 * It begins after the live answer is there and never keeps it waiting; a busy shadow drops copies.
 */
import type { Endpoint, PredictRequest } from "#agent/replica-pool.ts";
import { chooseReplica } from "./choose.ts";
import type { Tally } from "./tally.ts";

/** Copies that one shadow replica may hold: more would only queue behind each other. */
const IN_FLIGHT_MAX = 4;
const BODY_BYTES_MAX = 1024 ** 2;
const TIMEOUT_MS = 30_000;

/** Mirrors a request to each revision that asks for copies; resolves when they are compared. */
export async function mirror(
  endpoint: Endpoint | undefined,
  tally: Tally,
  { request, answer }: { request: PredictRequest; answer: Buffer },
): Promise<void> {
  if (endpoint === undefined || endpoint.rollout === null) return;
  const { id, rollout, revisions } = endpoint;
  const shadows = revisions.filter(({ mirrorPercent }) => mirrorPercent > Math.random() * 100);
  await Promise.all(
    shadows.map(async ({ replicas }) => {
      const report = tally.shadow(id, rollout);
      const replica = chooseReplica(replicas, IN_FLIGHT_MAX);
      if (replica === undefined || request.body.length + answer.length > BODY_BYTES_MAX) {
        return report.dropped();
      }
      report.mirrored();
      const copy = { ...request, requestId: `${request.requestId}.shadow` };
      const shadow = await replica.predict(copy, AbortSignal.timeout(TIMEOUT_MS)).catch(() => undefined);
      if (shadow?.status === 200 && shadow.code === undefined) report.compare(request, answer, shadow.body);
      else report.failed();
    }),
  );
}
