/**
 * How the console asks Slipway's HTTP API: every answer is parsed with the contract's schema, every failure is an ApiProblem.
 * Queries and mutations live here by noun; pages and components never call `fetch`. No secret is stored in the browser.
 */
import { type ErrorCode, type Problem, problemSchema } from "@slipway/contracts/errors";
import type { z } from "zod";

/** A request that failed: the API's problem document, or why there is none. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ErrorCode | "no_answer" | "unknown_answer";
  readonly status: number;
  readonly problem: Problem | null;

  constructor(code: ApiProblem["code"], status: number, message: string, problem: Problem | null = null) {
    super(message);
    this.code = code;
    this.status = status;
    this.problem = problem;
  }

  /** What the API says is wrong with a field. */
  fieldErrors(): Record<string, string> {
    return Object.fromEntries((this.problem?.errors ?? []).map(({ field, message }) => [field, message]));
  }

  /** What is wrong in the text of a field, and at which character; null when that is not what failed. */
  textError(field: string): { message: string; position: number } | null {
    const found = this.problem?.errors?.find((error) => error.field === field);
    return found?.position === undefined ? null : { message: found.message, position: found.position };
  }
}

/** The problem for which a list is not what MLflow has now, and the time it is of; without one, when it came. */
export function staleness(
  answer: { asOf: string; problem: Problem | null } | undefined,
  answeredAtMs: number,
): { error: ApiProblem | null; asOfMs: number } {
  const problem = answer?.problem ?? null;
  if (answer === undefined || problem === null) return { error: null, asOfMs: answeredAtMs };
  const error = new ApiProblem(problem.code, problem.status, problem.detail, problem);
  return { error, asOfMs: Date.parse(answer.asOf) };
}

/** Builds an API path, percent-encoding every value. */
export function apiPath(strings: TemplateStringsArray, ...values: string[]): string {
  return `/api/v1${String.raw({ raw: strings }, ...values.map(encodeURIComponent))}`;
}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** Sends a request and parses its JSON answer. */
export async function ask<Schema extends z.ZodType>(schema: Schema, call: Call): Promise<z.output<Schema>> {
  const response = await send(call);
  const parsed = schema.safeParse(await readJson(response));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue ? ` (${issue.path.join(".")}: ${issue.message})` : "";
    throw new ApiProblem(
      "unknown_answer",
      response.status,
      `Slipway answered ${call.path} in a form that this console does not know${where}. Reload the page; the console may be older than the server.`,
    );
  }
  return parsed.data;
}

/** Sends a request; what it answers is not of interest. */
export async function tell(call: Call): Promise<void> {
  const response = await send(call);
  await response.body?.cancel();
}

/** Sends a request. A failure's problem document is thrown. */
export async function send({ method = "GET", path, body, signal }: Call): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(method === "GET" ? {} : { "content-type": "application/json" }),
      },
      // A change always has a JSON body, if only `null`: an empty one is not JSON.
      ...(method === "GET" ? {} : { body: JSON.stringify(body ?? null) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new ApiProblem(
      "no_answer",
      0,
      "Slipway does not answer. It may be restarting, or the network is down.",
    );
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const parsed = problemSchema.safeParse(await readJson(response).catch(() => null));
  if (parsed.success)
    return new ApiProblem(parsed.data.code, response.status, parsed.data.detail, parsed.data);
  return new ApiProblem(
    response.status >= 502 && response.status <= 504 ? "no_answer" : "unknown_answer",
    response.status,
    `Slipway answered with status ${response.status} and no explanation. Try again.`,
  );
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiProblem(
      "unknown_answer",
      response.status,
      "Slipway answered with something that is not JSON. Try again.",
    );
  }
}
