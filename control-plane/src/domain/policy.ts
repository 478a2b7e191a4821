/** Who may do what. Deny by default; a group that one may not see is reported as not found. */
import { AppError } from "@slipway/contracts/errors";
import type { Principal } from "./principal.ts";

export type GroupAction = "view" | "deploy" | "administer";

export function mayInGroup(principal: Principal, group: string, action: GroupAction): boolean {
  if (principal.administrator) return true;
  const role = principal.roles.get(group);
  if (role === undefined) return false;
  return action !== "administer" || role === "admin";
}

/** @throws AppError `group_not_found` when the caller may not see the group, `forbidden` when they may not act. */
export function assertMayInGroup(principal: Principal, group: string, action: GroupAction): void {
  if (mayInGroup(principal, group, action)) return;
  if (!mayInGroup(principal, group, "view")) throw groupNotFound(group);
  throw new AppError(
    "forbidden",
    `Only administrators of the group '${group}' may do this. Ask one of them, or an administrator of Slipway.`,
  );
}

/** @throws AppError `forbidden` when the caller is no platform administrator. */
export function assertAdministrator(principal: Principal): void {
  if (principal.administrator) return;
  throw new AppError("forbidden", "Only administrators of Slipway may do this. Ask one of them.");
}

export function groupNotFound(group: string): AppError {
  return new AppError(
    "group_not_found",
    `There is no group '${group}' that you belong to. Check the name, or ask an administrator to add you.`,
  );
}
