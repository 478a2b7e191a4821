import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AppError, ERRORS, problemSchema } from "./errors.ts";
import {
  deploymentIdSchema,
  deploymentNameSchema,
  proposeDeploymentId,
  proposeDeploymentName,
} from "./ids.ts";
import { formatModelUri, parseModelUri } from "./model-uri.ts";
import { seal, unseal } from "./sealed.ts";
import { hashToken, mintToken } from "./token.ts";

const ODD_NAMES = [
  "iris-classifier",
  "Iris (v2)!",
  "модель",
  "日本語",
  "   ",
  "a".repeat(300),
  "--x--",
  "it's 100%",
  "Ångström",
];

describe("proposals", () => {
  test.each(ODD_NAMES)("for the model %j are legal", (name) => {
    expect(deploymentIdSchema.safeParse(proposeDeploymentId(name)).success).toBe(true);
    expect(deploymentNameSchema.safeParse(proposeDeploymentName(name)).success).toBe(true);
  });
});

describe("a deployment id", () => {
  test.each(["Iris", "-a", "a-", "a_b", "", "a".repeat(64), "a.b", "ä"])("refuses %j", (id) => {
    expect(deploymentIdSchema.safeParse(id).success).toBe(false);
  });
});

describe("a model URI", () => {
  test.each([
    ["models:/iris/3", { name: "iris", version: "3" }],
    ["  models:/iris/3 ", { name: "iris", version: "3" }],
    ["models:/iris/007", { name: "iris", version: "7" }],
    ["models:/my model @ home/12", { name: "my model @ home", version: "12" }],
    ["models:/a/b/12", { name: "a/b", version: "12" }],
    ["models:/100%/1", { name: "100%", version: "1" }],
    ["models:/iris@champion", { name: "iris", alias: "champion" }],
    ["models:/iris/latest", { name: "iris", stage: "latest" }],
    ["models:/iris/PRODUCTION", { name: "iris", stage: "Production" }],
    ["models:/me@home/none", { name: "me@home", stage: "None" }],
    ["models:/m-0a1b2c", { loggedModelId: "m-0a1b2c" }],
    ["models:/m-0a1b2c/3", { name: "m-0a1b2c", version: "3" }],
    ["runs:/0a1b2c/model", { runId: "0a1b2c", path: "model" }],
    ["runs:/0a1b2c/nested/model/", { runId: "0a1b2c", path: "nested/model" }],
  ])("%j is read", (uri, reference) => {
    expect(parseModelUri(uri)).toEqual(reference);
  });

  test.each([
    "iris/3",
    "models:/",
    "models:/iris",
    "models:/iris/newest",
    "models:/latest",
    "models://iris/3",
    "models:/iris@",
    "runs:/x",
    "runs:/x/",
    "runs://x/model",
    "models:/iris/-1",
  ])("%j is refused with the field's name", (uri) => {
    expect(() => parseModelUri(uri)).toThrowError(AppError);
    try {
      parseModelUri(uri);
    } catch (error) {
      expect(AppError.from(error).details.errors?.[0]?.field).toBe("modelUri");
    }
  });

  test("survives writing and reading", () => {
    expect(parseModelUri(formatModelUri("a b/ü%", "5"))).toEqual({ name: "a b/ü%", version: "5" });
  });
});

describe("a sealed secret", () => {
  const key = randomBytes(32);

  test("opens with its key and context only", () => {
    const sealed = seal(key, "pässword", "variable:A");
    expect(sealed).not.toContain("pässword");
    expect(unseal(key, sealed, "variable:A")).toBe("pässword");
    expect(() => unseal(key, sealed, "variable:B")).toThrow();
    expect(() => unseal(randomBytes(32), sealed, "variable:A")).toThrow();
    expect(() => unseal(key, `${sealed.slice(0, -2)}AA`, "variable:A")).toThrow();
  });

  test("is another text each time", () => {
    expect(seal(key, "x", "c")).not.toBe(seal(key, "x", "c"));
  });
});

describe("a token", () => {
  test("has at least 128 random bits and is stored as a hash", () => {
    const tokens = new Set(Array.from({ length: 1000 }, () => mintToken("slp_client")));
    expect(tokens.size).toBe(1000);
    for (const token of tokens) {
      expect(Buffer.from(token.slice("slp_client_".length), "base64url").length).toBeGreaterThanOrEqual(16);
      expect(hashToken(token)).not.toContain(token);
    }
  });
});

describe("a problem document", () => {
  test("holds the code's status and never the cause", () => {
    const problem = new AppError("not_found", "No such thing.", { cause: new Error("secret") }).toProblem(
      "r1",
    );
    expect(problemSchema.parse(problem)).toMatchObject({
      status: ERRORS.not_found.status,
      code: "not_found",
      requestId: "r1",
    });
    expect(JSON.stringify(problem)).not.toContain("secret");
  });

  test("of an unknown failure says internal", () => {
    expect(AppError.from(new TypeError("x is undefined")).toProblem().detail).not.toContain("undefined");
  });
});

describe("the documentation", () => {
  test("has a page for each error code", () => {
    const folder = new URL("../../docs/errors/", import.meta.url);
    for (const code of Object.keys(ERRORS)) {
      expect(readFileSync(new URL(`${code}.md`, folder), "utf8")).toContain(`\`${code}\``);
    }
  });
});
