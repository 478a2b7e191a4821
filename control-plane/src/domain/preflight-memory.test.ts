import { expect, test } from "vitest";
import { anMlmodel, aVersion, judge, one } from "#testing/preflight.ts";
import type { PreflightFacts } from "./preflight.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const sized = (sizeBytes: number | null, memory: PreflightFacts["memory"]) =>
  one(
    judge({
      version: aVersion({
        mlmodel: { state: "read", content: anMlmodel({ sizeBytes }) },
        listing: sizeBytes === null ? null : aVersion().listing,
      }),
      memory,
    }),
    "memory",
  );

test("three times the files and 200 MiB must fit", () => {
  const limit = { limitBytes: 1 * GIB, measuredBytes: null };
  expect(sized(274 * MIB, limit).level).toBe("ok");
  expect(sized(275 * MIB, limit)).toMatchObject({
    level: "warning",
    detail: "Its files are 275 MiB: with Python and its libraries it may take 1 GiB; the limit is 1 GiB.",
  });
});

test("what was measured counts more than what the files weigh", () => {
  const measured = (measuredBytes: number) => sized(900 * MIB, { limitBytes: 1 * GIB, measuredBytes });
  expect(measured(400 * MIB).level).toBe("ok");
  expect(measured(900 * MIB).level).toBe("warning");
  expect(measured(1_100 * MIB).level).toBe("error");
});

test("without a size in MLmodel the files are summed up", () => {
  const listing = { complete: true, files: [{ path: "model.skops", bytes: 2 * GIB }] };
  const facts = { mlmodel: { state: "read" as const, content: anMlmodel({ sizeBytes: null }) }, listing };
  expect(one(judge({ version: aVersion(facts) }), "memory").level).toBe("warning");
});

test("an unknown size is said to be one", () => {
  expect(sized(null, { limitBytes: 1 * GIB, measuredBytes: null }).level).toBe("info");
});
