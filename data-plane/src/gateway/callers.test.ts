import type { AssignedClient } from "@slipway/contracts/assignment";
import { AppError } from "@slipway/contracts/errors";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { hashToken } from "@slipway/contracts/token";
import { expect, test } from "vitest";
import { Callers } from "./callers.ts";

const IRIS = deploymentIdSchema.parse("iris");
const ADA = "Bearer slp_client_ada";

function aClient(name: string, requestsPerMinute: number | null = null): AssignedClient {
  const hash = hashToken(`slp_client_${name}`);
  return { name, tokens: [{ hash, expiresAt: null }], requestsPerMinute };
}

function anEndpoint(...clients: AssignedClient[]) {
  return { id: IRIS, access: "private" as const, clients };
}

function refusal(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was let in");
}

test("a client above its limit is told the limit and when to come again, and others go on", () => {
  const callers = new Callers(() => 1_000);
  const endpoint = anEndpoint(aClient("ada", 3), aClient("batch", 3));
  expect(callers.admit(endpoint, ADA)).toBe("ada");
  const { code, details, message } = refusal(() => callers.admit(endpoint, ADA));
  expect([code, details]).toEqual(["too_many_requests", { retryAfterSeconds: 14 }]);
  expect(message).toContain("3 requests per minute");
  expect(message).not.toContain("ada");
  expect(callers.admit(endpoint, "Bearer slp_client_batch")).toBe("batch");
});

test("what is used of a limit outlives new assignments, and goes with the client", () => {
  const callers = new Callers(() => 1_000);
  const limited = anEndpoint(aClient("ada", 1));
  callers.admit(limited, ADA);
  callers.keepOnly([anEndpoint(aClient("ada", 1), aClient("batch"))]);
  expect(refusal(() => callers.admit(limited, ADA)).code).toBe("too_many_requests");
  callers.keepOnly([anEndpoint(aClient("batch"))]);
  expect(callers.uses(IRIS)).toEqual([]);
  expect(callers.admit(limited, ADA)).toBe("ada");
  callers.keepOnly([]);
  expect(callers.admit(limited, ADA)).toBe("ada");
});

test("the last use is noted to the second, also of a request above the limit, never of one that is not admitted", () => {
  let nowMs = Date.parse("2026-01-01T12:00:00.900Z");
  const callers = new Callers(() => nowMs);
  const endpoint = anEndpoint(aClient("ada", 1), aClient("batch"));
  callers.admit(endpoint, ADA);
  expect(callers.uses(IRIS)).toEqual([{ name: "ada", lastUsedAt: "2026-01-01T12:00:00.000Z" }]);
  nowMs += 200;
  refusal(() => callers.admit(endpoint, ADA));
  expect(callers.uses(IRIS)).toEqual([{ name: "ada", lastUsedAt: "2026-01-01T12:00:01.000Z" }]);
  nowMs += 60_000;
  expect(refusal(() => callers.admit(endpoint, "Bearer wrong")).code).toBe("unauthenticated");
  expect(callers.uses(IRIS)).toEqual([{ name: "ada", lastUsedAt: "2026-01-01T12:00:01.000Z" }]);
});

test("a public endpoint remembers nobody", () => {
  const callers = new Callers(() => 1_000);
  expect(callers.admit({ ...anEndpoint(aClient("ada", 1)), access: "public" }, ADA)).toBeNull();
  expect(callers.uses(IRIS)).toEqual([]);
});
