/** Who is calling: a user with their roles, however they proved it (a session, an API token). */
import type { GroupRole } from "@slipway/contracts/api/identity";

export interface Principal {
  userId: string;
  username: string;
  /** Platform administrators may do everything in every group. */
  administrator: boolean;
  /** Group name → the role held there. */
  roles: ReadonlyMap<string, GroupRole>;
}
