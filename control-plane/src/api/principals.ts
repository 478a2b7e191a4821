/** Everything under /api/v1 is behind sign-in, but for the routes that declare `anonymous`. */
import { AppError } from "@slipway/contracts/errors";
import type { FastifyRequest } from "fastify";
import type { Principal } from "#domain/principal.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route answers without sign-in. */
    anonymous?: boolean;
  }
}

const principals = new WeakMap<FastifyRequest, Principal>();
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export function installPrincipals(scope: Api, { authenticate, origin }: ApiPorts): void {
  scope.addHook("onRequest", async (request) => {
    refuseForeignOrigin(request, origin);
    if (request.routeOptions.config.anonymous === true || request.is404) return;
    principals.set(request, await authenticate(toHeaders(request)));
  });
}

/** Who calls; only for routes behind sign-in. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new AppError("unauthenticated", "Sign in first.");
  return principal;
}

/** The request's headers in the web's own form. */
export function toHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) headers.append(name, one);
  }
  return headers;
}

/** Another site's page may not act with our user's cookie (CSRF). Programs send no Origin. */
function refuseForeignOrigin(request: FastifyRequest, ownOrigin: string): void {
  const { origin, host } = request.headers;
  if (origin === undefined || SAFE_METHODS.has(request.method)) return;
  if (origin === ownOrigin || URL.parse(origin)?.host === host) return;
  throw new AppError("forbidden", `Requests from ${origin} are refused: this API is used from ${ownOrigin}.`);
}
