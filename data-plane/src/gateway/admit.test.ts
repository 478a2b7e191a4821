import { hashToken, mintToken } from "@slipway/contracts/token";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "#agent/replica-pool.ts";
import { admits } from "./admit.ts";

const token = mintToken("slp_client");
const endpoint = {
  access: "private",
  clients: [
    {
      name: "batch",
      tokens: [{ hash: hashToken(mintToken("slp_client")), expiresAt: null }],
      requestsPerMinute: null,
    },
    { name: "ada", tokens: [{ hash: hashToken(token), expiresAt: null }], requestsPerMinute: null },
  ],
} satisfies Pick<Endpoint, "access" | "clients">;
const basic = (client: string, secret: string) =>
  `Basic ${Buffer.from(`${client}:${secret}`).toString("base64")}`;

describe("a private endpoint", () => {
  test("admits a client by its name and token, or by its token alone", () => {
    expect(admits(endpoint, basic("ada", token))).toBe(true);
    expect(admits(endpoint, `Bearer ${token}`)).toBe(true);
    expect(admits(endpoint, `bearer ${token}`)).toBe(true);
  });

  test.each([
    ["nothing", undefined],
    ["another client's name", basic("batch", token)],
    ["an unknown name", basic("eve", token)],
    ["a wrong token", basic("ada", `${token}x`)],
    ["an empty token", basic("ada", "")],
    ["a hash instead of a token", `Bearer ${hashToken(token)}`],
    ["Basic without a colon", `Basic ${Buffer.from(token).toString("base64")}`],
    ["another scheme", `Digest ${token}`],
    ["two tokens", `Bearer ${token} ${token}`],
  ])("does not admit %s", (_, header) => {
    expect(admits(endpoint, header)).toBe(false);
  });

  test("without clients admits nobody", () => {
    expect(admits({ access: "private", clients: [] }, `Bearer ${token}`)).toBe(false);
  });
});

test("a public endpoint admits everybody", () => {
  expect(admits({ access: "public", clients: [] }, undefined)).toBe(true);
});
