/** Requests that come while what serves is being brought back: they wait, then for their turn, within bounds. */
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Endpoint, ReplicaAnswer } from "#agent/replica-pool.ts";
import { predict } from "./predict.ts";

const LIMITS = {
  inFlightMax: 4,
  requestTimeoutMs: 10_000,
  holdMs: 5_000,
  heldMax: 40,
  heldBytesMax: 1_000,
};
const ANSWER: ReplicaAnswer = { status: 200, contentType: "application/json", body: Buffer.from("{}") };

/** An endpoint whose only replica is away until `back` is called, and then takes 5 ms for each request. */
function recovering(id: string) {
  const replica = {
    id: "r1-0",
    mlflowVersion: "3",
    inFlight: 0,
    most: 0,
    async predict() {
      replica.inFlight += 1;
      replica.most = Math.max(replica.most, replica.inFlight);
      await delay(5);
      replica.inFlight -= 1;
      return ANSWER;
    },
  };
  const revision = {
    ...{ number: 1, weight: 100, mirrorPercent: 0, fallback: false },
    recovering: true,
    replicas: [] as (typeof replica)[],
  };
  const endpoint: Endpoint = { id, access: "public", clients: [], rollout: null, revisions: [revision] };
  const changed = Promise.withResolvers<void>();
  return {
    replica,
    endpoints: { find: () => endpoint, changed: () => changed.promise },
    back: () => {
      revision.replicas.push(replica);
      revision.recovering = false;
      changed.resolve();
    },
  };
}

function ask(endpoints: ReturnType<typeof recovering>["endpoints"], id: string, bytes = 1): Promise<string> {
  const request = {
    ...{ contentType: "application/json", requestId: "x", client: null },
    body: Buffer.alloc(bytes),
  };
  const gone = new AbortController().signal;
  return predict(endpoints, id, request, { limits: LIMITS, gone, chosen: () => undefined }).then(
    () => "answered",
    (error: { code: string }) => error.code,
  );
}

test("all who waited are answered when it is back, also those for whom there is no place at once, and who comes then", async () => {
  const { endpoints, back, replica } = recovering("crowd");
  const waiting = Array.from({ length: 40 }, () => ask(endpoints, "crowd"));
  back();
  await delay(1);
  waiting.push(...Array.from({ length: 8 }, () => ask(endpoints, "crowd")));
  const answers = await Promise.all(waiting);
  expect(answers.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => "answered"));
  // Whoever comes while the line is as long as it may be is told so.
  expect(new Set(answers.slice(40))).not.toContain("replica_unavailable");
  expect(replica.most).toBe(LIMITS.inFlightMax);
});

test("no more wait than may, in number and in bytes, and nobody waits for what does not come back", async () => {
  const { endpoints, back } = recovering("bounded");
  const waiting = Array.from({ length: 40 }, () => ask(endpoints, "bounded"));
  expect(await ask(endpoints, "bounded")).toBe("replica_unavailable");
  back();
  await Promise.all(waiting);

  const large = recovering("large");
  const one = ask(large.endpoints, "large", 900);
  expect(await ask(large.endpoints, "large", 200)).toBe("replica_unavailable");
  large.back();
  expect(await one).toBe("answered");
});
