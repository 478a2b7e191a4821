import { hashToken, mintToken } from "@slipway/contracts/token";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "#agent/replica-pool.ts";
import { admit } from "./admit.ts";

const NOW_MS = Date.parse("2026-01-01T12:00:00.000Z");
const BEFORE = "2026-01-01T11:59:59.999Z";
const AFTER = "2026-01-01T12:00:00.001Z";

const token = mintToken("slp_client");
const previous = mintToken("slp_client");
const expired = mintToken("slp_client");
const endpoint = {
  access: "private",
  clients: [
    {
      name: "batch",
      tokens: [{ hash: hashToken(mintToken("slp_client")), expiresAt: null }],
      requestsPerMinute: null,
    },
    {
      name: "ada",
      tokens: [
        { hash: hashToken(token), expiresAt: null },
        { hash: hashToken(previous), expiresAt: AFTER },
      ],
      requestsPerMinute: null,
    },
    { name: "old", tokens: [{ hash: hashToken(expired), expiresAt: BEFORE }], requestsPerMinute: null },
  ],
} satisfies Pick<Endpoint, "access" | "clients">;
const basic = (client: string, secret: string) =>
  `Basic ${Buffer.from(`${client}:${secret}`).toString("base64")}`;
const nameOf = (header: string | undefined, nowMs = NOW_MS) => admit(endpoint, header, nowMs)?.client?.name;

describe("a private endpoint", () => {
  test("admits a client by its name and token, or by its token alone, and says which one it is", () => {
    expect(nameOf(basic("ada", token))).toBe("ada");
    expect(nameOf(`Bearer ${token}`)).toBe("ada");
    expect(nameOf(`bearer ${token}`)).toBe("ada");
  });

  test("takes both tokens while a rotation overlaps, and from its end on only the new one", () => {
    expect(nameOf(`Bearer ${previous}`)).toBe("ada");
    const end = Date.parse(AFTER);
    expect([nameOf(`Bearer ${previous}`, end), nameOf(`Bearer ${token}`, end)]).toEqual([undefined, "ada"]);
  });

  test.each([
    ["nothing", undefined],
    ["another client's name", basic("batch", token)],
    ["an unknown name", basic("eve", token)],
    ["a wrong token", basic("ada", `${token}x`)],
    ["an empty token", basic("ada", "")],
    ["an expired token", basic("old", expired)],
    ["a hash instead of a token", `Bearer ${hashToken(token)}`],
    ["Basic without a colon", `Basic ${Buffer.from(token).toString("base64")}`],
    ["another scheme", `Digest ${token}`],
    ["two tokens", `Bearer ${token} ${token}`],
  ])("does not admit %s", (_, header) => {
    expect(admit(endpoint, header, NOW_MS)).toBeUndefined();
  });

  test("without clients admits nobody", () => {
    expect(admit({ access: "private", clients: [] }, `Bearer ${token}`, NOW_MS)).toBeUndefined();
  });
});

test("a public endpoint admits everybody, as nobody in particular", () => {
  const open = { ...endpoint, access: "public" as const };
  expect(admit(open, undefined, NOW_MS)).toEqual({ client: null });
  expect(admit(open, `Bearer ${token}`, NOW_MS)).toEqual({ client: null });
});
