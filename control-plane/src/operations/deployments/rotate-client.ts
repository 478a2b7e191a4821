/** Rotate a client's token: a new one works at once, the old one for as long as they shall overlap. */
import { AppError } from "@slipway/contracts/errors";
import { hashToken, mintToken, tokenPrefix } from "@slipway/contracts/token";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { updateClient } from "#store/deployment-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import { type ClientPath, earlier, requireClient } from "./clients.ts";

/**
 * Answers with the new token, the only time. The client keeps its expiry and its limit; the token before the old one, if it
 * still worked, stops at once.
 * @throws AppError `not_found`, `conflict` when the client has expired.
 */
export async function rotateClient(
  ports: OperationPorts,
  principal: Principal,
  path: ClientPath,
  overlapSeconds: number,
): Promise<{ name: string; token: string }> {
  const token = mintToken("slp_client");
  await changeDeployment(ports, principal, path, async (transaction, { id }, at) => {
    const client = await requireClient(transaction, id, path.name);
    const { name, expiresAt } = client;
    if (expiresAt !== null && expiresAt <= at) throw expired(name, expiresAt);
    const until =
      overlapSeconds === 0 ? null : earlier(new Date(at.getTime() + overlapSeconds * 1000), expiresAt);
    await updateClient(transaction, id, name, {
      tokenHash: hashToken(token),
      tokenPrefix: tokenPrefix(token),
      previousTokenHash: until === null ? null : client.tokenHash,
      previousExpiresAt: until,
    });
    const old = until === null ? "stopped working" : `works until ${until.toISOString()}`;
    const message = `Rotated the token of the client '${name}'; the old one (${client.tokenPrefix}…) ${old}.`;
    return { changes: {}, event: { kind: "client.rotated", message } };
  });
  return { name: path.name, token };
}

function expired(name: string, at: Date): AppError {
  return new AppError(
    "conflict",
    `The client '${name}' expired at ${at.toISOString()}, so a new token would not work either. Give it a later expiry first, then rotate.`,
  );
}
