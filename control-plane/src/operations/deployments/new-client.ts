/** A client as it is made: a fresh token, of which only the hash and the first characters are kept. */
import type { DeploymentId } from "@slipway/contracts/ids";
import { hashToken, mintToken, tokenPrefix } from "@slipway/contracts/token";
import type { ClientRecord } from "#store/deployment-store.ts";

/** The row to store and the token to show, the only time. */
export function newClient(
  values: { deploymentId: DeploymentId; name: string; createdAt: Date; createdBy: string } & Partial<
    Pick<ClientRecord, "expiresAt" | "requestsPerMinute">
  >,
): { token: string; record: ClientRecord } {
  const token = mintToken("slp_client");
  const record = {
    expiresAt: null,
    requestsPerMinute: null,
    ...values,
    tokenHash: hashToken(token),
    tokenPrefix: tokenPrefix(token),
    previousTokenHash: null,
    previousExpiresAt: null,
  };
  return { token, record };
}
