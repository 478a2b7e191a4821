/** Entries of the audit in words. */
import type { AuditEntry } from "@slipway/contracts/api/audit";

/** `alias.moved` of `champion` → `Moved @champion`. */
export function auditWords({ action, key }: Pick<AuditEntry, "action" | "key">): string {
  switch (action) {
    case "description.changed":
      return "Changed the description";
    case "tag.set":
      return `Set the tag ${key}`;
    case "tag.removed":
      return `Removed the tag ${key}`;
    case "alias.set":
      return `Set @${key}`;
    case "alias.moved":
      return `Moved @${key}`;
    case "alias.removed":
      return `Removed @${key}`;
    case "version.deleted":
      return "Deleted the version";
    default:
      return key === null ? action : `${action} ${key}`;
  }
}

/** A value of an entry: of an alias it is a version. */
export function auditValue({ action }: Pick<AuditEntry, "action">, value: string | null): string | null {
  return value !== null && action.startsWith("alias.") ? `version ${value}` : value;
}
