/** A signed-in session with the control plane's API, by cookie. */
import { problemSchema } from "@slipway/contracts/errors";
import { request } from "undici";
import { Refusal } from "#terminal/refusal.ts";

const TIMEOUT_MS = 30_000;

/** An answer of the API. */
export class ApiAnswer {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }

  /** The failure to throw when this answer was not the wanted one. */
  failure(what: string): Refusal {
    const problem = problemSchema.safeParse(this.body);
    const why = problem.success ? `${problem.data.detail} (${problem.data.code})` : `status ${this.status}`;
    return new Refusal(`Slipway's own API refused ${what}: ${why}`);
  }
}

export class ApiSession {
  readonly #origin: string;
  #cookie = "";

  private constructor(origin: string) {
    this.#origin = origin;
  }

  /** Signs in with the token of a sign-in link. */
  static async open(origin: string, signInToken: string): Promise<ApiSession> {
    const session = new ApiSession(origin);
    const answer = await session.call("POST", "/api/v1/sessions", { signInToken });
    if (answer.status >= 300) throw answer.failure("the one-time sign-in token");
    return session;
  }

  /** Sends one request; any status is an answer. */
  async call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await request(`${this.#origin}${path}`, {
      method,
      headers: {
        origin: this.#origin,
        ...(this.#cookie === "" ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const setCookie = [response.headers["set-cookie"] ?? []].flat();
    if (setCookie.length > 0) this.#cookie = setCookie.map((line) => line.split(";", 1)[0]).join("; ");
    return new ApiAnswer(response.statusCode, parseBody(await response.body.text()));
  }
}

/** True when the administrator's password opens a session, which tells that it was taken over. */
export async function passwordWorks(origin: string, password: string): Promise<boolean> {
  const response = await request(`${origin}/api/v1/sessions`, {
    method: "POST",
    headers: { origin, "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body.dump();
  return response.statusCode < 300;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
