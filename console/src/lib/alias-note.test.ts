import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { expect, test } from "vitest";
import { aliasNote } from "./alias-note.ts";

type Alias = NonNullable<DeploymentSummary["alias"]>;
const following = (policy: Alias["policy"], version: string | null) => ({
  modelName: "iris",
  alias: { name: "champion", policy, version, moved: false, changedAt: null, seenAt: null },
});
const third = { name: "iris", version: "3" };

test("a deployment that was made from a version needs no note", () => {
  expect(aliasNote({ modelName: "iris", alias: null }, third)).toBeNull();
});

test("an alias that means the version already can be kept", () => {
  expect(aliasNote(following("roll-out", "3"), third)).toMatchObject({ keepingUri: "models:/iris@champion" });
});

test("an update to a version number leaves the alias, and the note says what to do instead", () => {
  expect(aliasNote(following("roll-out", "2"), third)).toEqual({
    words:
      "It was made from @champion and rolls out what the alias moves to. An update to a version number leaves @champion (it means version 2). To let it follow, move @champion to version 3 instead.",
    keepingUri: null,
  });
  expect(aliasNote(following("pin", null), third)?.words).toBe(
    "It was made from @champion and stays where it is when the alias moves. An update to a version number leaves @champion. To keep the alias, move @champion to version 3 and update to the alias.",
  );
  expect(aliasNote(following("notify", "3"), { name: "other", version: "3" })?.words).toBe(
    "It was made from @champion and says so when the alias moves. An update to a version number leaves @champion (it means version 3).",
  );
});
