import { BATCHING_MODES } from "@slipway/contracts/api/serving";
import { expect, test } from "vitest";
import { batchingInEffect, batchingTagOf, batchingTagWarning, effectiveBatching } from "./batching.ts";

test("only auto listens to the version's tag; the numbers stay as they were asked for", () => {
  const modes = [null, "on", "off"] as const;
  const asked = (mode: (typeof BATCHING_MODES)[number], batchingTag: (typeof modes)[number]) => ({
    batching: { mode, requestsMax: 7, delayMsMax: 3 },
    batchingTag,
  });
  expect(BATCHING_MODES.map((mode) => modes.map((tag) => effectiveBatching(asked(mode, tag)).mode))).toEqual([
    ["auto", "on", "off"],
    ["on", "on", "on"],
    ["off", "off", "off"],
  ]);
  expect(effectiveBatching(asked("auto", "on"))).toEqual({ mode: "on", requestsMax: 7, delayMsMax: 3 });
  expect(batchingInEffect(asked("auto", null)).from).toBe("spec");
});

test("a tag that says neither on nor off is no tag, and is warned of", () => {
  const tags = (value: string) => ({ "slipway.batching": value });
  expect([batchingTagOf(tags("On ")), batchingTagOf(tags("1")), batchingTagOf({})]).toEqual([
    "on",
    null,
    null,
  ]);
  expect(batchingTagWarning(tags("off"))).toBeNull();
  expect(batchingTagWarning({})).toBeNull();
  expect(batchingTagWarning(tags("1"))).toContain("is '1'");
});
