import { deploymentIdSchema } from "@slipway/contracts/ids";
import { describe, expect, test } from "vitest";
import type { ClientRecord } from "#store/deployment-store.ts";
import { earlier, futureExpiry, presentClient } from "./clients.ts";

const NOW = new Date("2026-01-01T12:00:00.500Z");
const inMs = (ms: number) => new Date(NOW.getTime() + ms);

function aClient(values: Partial<ClientRecord> = {}): ClientRecord {
  return {
    deploymentId: deploymentIdSchema.parse("iris"),
    name: "batch",
    tokenHash: "hash",
    tokenPrefix: "slp_client_abcdef",
    expiresAt: null,
    requestsPerMinute: null,
    previousTokenHash: null,
    previousExpiresAt: null,
    createdAt: NOW,
    createdBy: "ada",
    ...values,
  };
}

describe("a client as people see it", () => {
  test("shows no use that an earlier client of its name left behind, and its own from the first second on", () => {
    const lastUsedAt = (use: Date | undefined) => presentClient(aClient(), use, NOW).lastUsedAt;
    expect(lastUsedAt(undefined)).toBeNull();
    expect(lastUsedAt(new Date("2026-01-01T11:59:59.000Z"))).toBeNull();
    expect(lastUsedAt(new Date("2026-01-01T12:00:00.000Z"))).toBe("2026-01-01T12:00:00.000Z");
  });

  test("shows the end of an overlap only while it lasts, and no hash ever", () => {
    const rotated = (previousExpiresAt: Date) =>
      presentClient(aClient({ previousTokenHash: "old hash", previousExpiresAt }), undefined, NOW);
    expect(rotated(inMs(1)).previousTokenExpiresAt).toBe(inMs(1).toISOString());
    expect(rotated(NOW).previousTokenExpiresAt).toBeNull();
    expect(JSON.stringify(rotated(inMs(1)))).not.toContain("hash");
  });
});

test("an expiry lies in the future, or there is none", () => {
  expect(futureExpiry(null, NOW)).toBeNull();
  expect(futureExpiry(inMs(1).toISOString(), NOW)).toEqual(inMs(1));
  expect(() => futureExpiry(NOW.toISOString(), NOW)).toThrow(/has passed/);
});

test("a token that is replaced never outlives its client", () => {
  expect(earlier(inMs(10), inMs(5))).toEqual(inMs(5));
  expect(earlier(inMs(10), inMs(20))).toEqual(inMs(10));
  expect(earlier(inMs(10), null)).toEqual(inMs(10));
  expect(earlier(null, inMs(5))).toBeNull();
});
