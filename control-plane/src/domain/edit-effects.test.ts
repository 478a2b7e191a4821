import { describe, expect, test } from "vitest";
import { effectOfAlias, effectOfDeletion } from "./edit-effects.ts";

const follower = (policy: "pin" | "notify" | "roll-out", desired: "running" | "stopped" = "running") => ({
  ...{ alias: "champion", newestVersion: "1", policy, desired },
});

describe("an alias that moves", () => {
  test("does nothing to what is pinned", () => {
    expect(effectOfAlias(follower("pin"), "2")).toBeNull();
  });

  test("is only told where that is wanted", () => {
    expect(effectOfAlias(follower("notify"), "2")).toContain("nothing is rolled out");
  });

  test("is rolled out by what follows it: now, once it is started, or not at all where it has the version", () => {
    expect(effectOfAlias(follower("roll-out"), "2")).toContain(
      "Version 2 is rolled out in place of version 1",
    );
    expect(effectOfAlias(follower("roll-out", "stopped"), "2")).toContain("once it is started, version 2");
    expect(effectOfAlias(follower("roll-out"), "1")).toContain("nothing is rolled out");
  });
});

test.each(["pin", "notify", "roll-out"] as const)(
  "an alias that goes leaves serving what was made from it (%s)",
  (policy) => {
    expect(effectOfAlias(follower(policy), null)).toContain("What it serves stays");
  },
);

test("a version that goes is told by what it breaks", () => {
  expect(effectOfDeletion("3", { desired: "running", serves: true })).toContain("goes on serving version 3");
  expect(effectOfDeletion("3", { desired: "running", serves: false })).toContain("is to serve version 3");
  expect(effectOfDeletion("3", { desired: "stopped", serves: false })).toContain("cannot be started");
});
