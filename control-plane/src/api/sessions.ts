/** Sign-in and sign-out. */
import { sessionRequestSchema } from "@slipway/contracts/api/identity";
import { signInWithPassword, signInWithToken, signOut } from "#access/sessions.ts";
import type { Api } from "./api.ts";
import type { ApiPorts } from "./ports.ts";
import { toHeaders } from "./principals.ts";
import { failures, noContent } from "./schemas.ts";

/** Tries per address, against guessing passwords. */
const SIGN_IN_LIMIT = { max: 20, timeWindow: "1 minute" };

export function sessionRoutes(api: Api, { auth }: ApiPorts): void {
  api.post(
    "/sessions",
    {
      schema: { summary: "Sign in", body: sessionRequestSchema, response: { 204: noContent, ...failures } },
      config: { anonymous: true, rateLimit: SIGN_IN_LIMIT },
    },
    async (request, reply) => {
      const { body } = request;
      const cookies =
        "signInToken" in body
          ? await signInWithToken(auth, body.signInToken, toHeaders(request))
          : await signInWithPassword(auth, body, toHeaders(request));
      return reply.header("set-cookie", cookies).code(204).send(null);
    },
  );

  api.delete(
    "/sessions",
    {
      schema: { summary: "Sign out", response: { 204: noContent, ...failures } },
      config: { anonymous: true },
    },
    async (request, reply) =>
      reply
        .header("set-cookie", await signOut(auth, toHeaders(request)))
        .code(204)
        .send(null),
  );
}
