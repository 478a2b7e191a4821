import { auditActionSchema } from "@slipway/contracts/api/audit";
import { expect, test } from "vitest";
import { auditValue, auditWords } from "./audit-words.ts";

test("every action has words of its own, and one that is not known yet is named", () => {
  for (const action of auditActionSchema.options)
    expect(auditWords({ action, key: "k" })).not.toContain(action);
  expect(auditWords({ action: "alias.moved", key: "champion" })).toBe("Moved @champion");
  expect(auditWords({ action: "later.added", key: null })).toBe("later.added");
});

test("the value of an alias is a version, of all else what it is", () => {
  expect(auditValue({ action: "alias.moved" }, "3")).toBe("version 3");
  expect(auditValue({ action: "tag.set" }, "3")).toBe("3");
  expect(auditValue({ action: "alias.set" }, null)).toBeNull();
});
