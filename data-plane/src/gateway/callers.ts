/**
 * The clients of endpoints as they come in: recognised, kept to their limits, and noted with when they were last here.
 * What is remembered lives in memory only, survives new assignments, and goes with the client or its deployment.
 */
import type { AssignedClient, Assignment } from "@slipway/contracts/assignment";
import { AppError } from "@slipway/contracts/errors";
import type { Observation } from "@slipway/contracts/observation";
import type { Endpoint } from "#agent/replica-pool.ts";
import { admit } from "./admit.ts";
import { RateLimit } from "./rate-limit.ts";

interface Remembered {
  lastUsedAtMs: number;
  rate: RateLimit;
}

export class Callers {
  readonly #nowMs: () => number;
  /** By deployment, then by client. */
  readonly #deployments = new Map<string, Map<string, Remembered>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Lets a request in and tells its client's name; null where the endpoint is public.
   * @throws AppError `unauthenticated`, or `too_many_requests` for a client above its limit.
   */
  admit(
    endpoint: Pick<Endpoint, "id" | "access" | "clients">,
    authorization: string | undefined,
  ): string | null {
    const nowMs = this.#nowMs();
    const admission = admit(endpoint, authorization, nowMs);
    if (admission === undefined) throw notAdmitted();
    const { client } = admission;
    if (client === null) return null;
    const remembered = this.#remember(endpoint.id, client);
    remembered.lastUsedAtMs = nowMs;
    const { requestsPerMinute } = client;
    const waitMs = requestsPerMinute === null ? 0 : remembered.rate.take(requestsPerMinute, nowMs);
    if (requestsPerMinute !== null && waitMs > 0) throw overLimit(requestsPerMinute, waitMs);
    return client.name;
  }

  /** When each client of a deployment was last admitted, to the second. */
  uses(deploymentId: string): Observation["clientUse"] {
    return [...(this.#deployments.get(deploymentId) ?? [])].map(([name, { lastUsedAtMs }]) => ({
      name,
      lastUsedAt: new Date(Math.floor(lastUsedAtMs / 1000) * 1000).toISOString(),
    }));
  }

  /** Forgets clients and deployments that are not assigned any more. */
  keepOnly(assignments: readonly Pick<Assignment, "id" | "clients">[]): void {
    const kept = new Map<string, readonly AssignedClient[]>(
      assignments.map(({ id, clients }) => [id, clients]),
    );
    for (const [id, clients] of this.#deployments) {
      const names = new Set(kept.get(id)?.map(({ name }) => name));
      for (const name of clients.keys()) if (!names.has(name)) clients.delete(name);
      if (clients.size === 0) this.#deployments.delete(id);
    }
  }

  #remember(deploymentId: string, { name }: AssignedClient): Remembered {
    const clients = this.#deployments.get(deploymentId) ?? new Map<string, Remembered>();
    this.#deployments.set(deploymentId, clients);
    const remembered = clients.get(name) ?? { lastUsedAtMs: 0, rate: new RateLimit() };
    clients.set(name, remembered);
    return remembered;
  }
}

function notAdmitted(): AppError {
  return new AppError(
    "unauthenticated",
    "This endpoint is private. Send the token of one of its clients, as HTTP Basic (client:token) or as Bearer token.",
  );
}

function overLimit(requestsPerMinute: number, waitMs: number): AppError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const limit = requestsPerMinute === 1 ? "1 request per minute" : `${requestsPerMinute} requests per minute`;
  return new AppError(
    "too_many_requests",
    `This client may send ${limit}, and that is used up for now. Wait ${retryAfterSeconds} s, spread requests over the minute, or ask the deployment's owners for a higher limit.`,
    { details: { retryAfterSeconds } },
  );
}
