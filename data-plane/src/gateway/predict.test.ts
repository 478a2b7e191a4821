/** A request whose replica goes away: offered again when it certainly never arrived, or once when the model may be asked twice. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { type PredictRequest, ReplicaLostError } from "#agent/replica-pool.ts";
import { anEndpoint, aRevision, HandReplica } from "./fakes.test-kit.ts";
import { Lines } from "./lines.ts";
import { predict } from "./predict.ts";

const REQUEST: PredictRequest = {
  ...{ path: "invocations", contentType: "text", requestId: "x", client: null, jsonBytes: null },
  body: Buffer.from("{}"),
};
const LIMITS = {
  ...{ inFlightMax: 10, lineMsMax: 0, holdMs: 1_000, heldMax: 10, heldBytesMax: 1_000 },
  requestTimeoutMs: 10_000,
};

/** Asks, and loses the replica as often as told; gives how it ended and how often the model was asked. */
async function losing(losses: ReplicaLostError[], idempotent: boolean) {
  const replica = new HandReplica();
  const endpoint = anEndpoint([aRevision({ replicas: [replica], idempotent })]);
  const endpoints = { find: () => endpoint, changed: () => Promise.resolve(), wake: () => undefined };
  const lines = new Lines({ endpoints, limits: LIMITS, batch: () => undefined });
  const options = { endpoints, lines, requestTimeoutMs: LIMITS.requestTimeoutMs, chosen: () => undefined };
  const ended = predict("iris", REQUEST, { ...options, exchange: { whenGone: () => undefined } }).then(
    ({ answer }) => String(answer.status),
    (error: { code: string }) => error.code,
  );
  for (const loss of losses) {
    await turn();
    await turn();
    replica.answer(loss);
  }
  await turn();
  await turn();
  replica.answer();
  lines.close();
  return { ended: await ended, asked: replica.batches.length };
}

test("what certainly never arrived is offered again, a few times", async () => {
  const never = new ReplicaLostError(false);
  expect(await losing([never, never], false)).toEqual({ ended: "200", asked: 3 });
  expect(await losing([never, never, never], false)).toEqual({ ended: "replica_unavailable", asked: 3 });
});

test("what may have taken effect is not asked twice, unless the deployment says that it may, and then once", async () => {
  const perhaps = new ReplicaLostError(true);
  expect(await losing([perhaps], false)).toEqual({ ended: "replica_unavailable", asked: 1 });
  expect(await losing([perhaps], true)).toEqual({ ended: "200", asked: 2 });
  expect(await losing([perhaps, perhaps], true)).toEqual({ ended: "replica_unavailable", asked: 2 });
});
