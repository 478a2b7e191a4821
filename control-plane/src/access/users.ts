/** Users with passwords: made, changed and removed by administrators. */
import { AppError } from "@slipway/contracts/errors";
import { type Auth, emailOf } from "./auth.ts";

export interface NewUser {
  username: string;
  password: string;
  administrator: boolean;
}

/** @throws AppError `name_taken`. */
export async function createUser(auth: Auth, { username, password, administrator }: NewUser): Promise<void> {
  const context = await auth.$context;
  if (await context.internalAdapter.findUserByEmail(emailOf(username))) {
    throw new AppError("name_taken", `There is a user '${username}' already. Choose another name.`, {
      details: { errors: [{ field: "username", message: "taken" }] },
    });
  }
  const hash = await context.password.hash(password);
  const user = await context.internalAdapter.createUser(
    {
      name: username,
      email: emailOf(username),
      emailVerified: true,
      username,
      displayUsername: username,
      administrator,
    },
    { method: "admin" },
  );
  await context.internalAdapter.linkAccount({
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: hash,
  });
}

/** Sets a password and ends the user's sessions. */
export async function setPassword(auth: Auth, userId: string, password: string): Promise<void> {
  const context = await auth.$context;
  await context.internalAdapter.updatePassword(userId, await context.password.hash(password));
  await context.internalAdapter.deleteUserSessions(userId);
}

/** Removes a user with their sessions and API tokens. */
export async function deleteUser(auth: Auth, userId: string): Promise<void> {
  const context = await auth.$context;
  await context.internalAdapter.deleteUserSessions(userId);
  await context.internalAdapter.deleteUser(userId);
}
