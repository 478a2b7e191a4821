/**
 * Every failure that Slipway reports, with its HTTP status and title. Each code has a page in `docs/errors/`.
 * The `cause` of an error stays in the process that threw it.
 */
import { z } from "zod";

/** code → HTTP status and the short title of its problem document. */
export const ERRORS = {
  invalid_request: { status: 400, title: "The request is not valid" },
  invalid_model_uri: { status: 400, title: "The model URI is not valid" },
  invalid_input: { status: 400, title: "The model does not accept this input" },
  unauthenticated: { status: 401, title: "Sign in or send a valid token" },
  sign_in_failed: { status: 401, title: "The user name or password is wrong" },
  forbidden: { status: 403, title: "You may not do this" },
  not_found: { status: 404, title: "Not found" },
  group_not_found: { status: 404, title: "Group not found" },
  model_not_found: { status: 404, title: "Registered model not found" },
  model_version_not_found: { status: 404, title: "Model version not found" },
  deployment_not_found: { status: 404, title: "Deployment not found" },
  replica_not_found: { status: 404, title: "Replica not found" },
  revision_not_found: { status: 404, title: "Revision not found" },
  deployment_id_taken: { status: 409, title: "The deployment id is taken" },
  name_taken: { status: 409, title: "The name is taken" },
  conflict: { status: 409, title: "The change conflicts with the current state" },
  mlflow_refused: { status: 403, title: "MLflow does not allow this change" },
  quota_exceeded: { status: 403, title: "The group's quota is used up" },
  alias_followed: { status: 409, title: "Deployments follow this alias" },
  version_deployed: { status: 409, title: "Deployments run this version" },
  mlflow_not_configured: { status: 409, title: "MLflow setting is not configured yet" },
  body_too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "The content type is not supported" },
  too_many_requests: { status: 429, title: "Too many requests" },
  model_failed: { status: 500, title: "The model failed" },
  internal: { status: 500, title: "Slipway failed" },
  mlflow_unreachable: { status: 502, title: "MLflow instance is not reachable or not running" },
  replica_unavailable: { status: 503, title: "No replica is ready" },
  data_plane_unreachable: { status: 503, title: "The data plane is not reachable" },
  model_timed_out: { status: 504, title: "The model did not answer in time" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

const errorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** A problem document (RFC 9457), the body of every error answer. */
export const problemSchema = z
  .object({
    type: z.string().describe("`urn:slipway:error:<code>`; the page of a code is docs/errors/<code>.md."),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe("What happened, to what, and what to do next."),
    code: errorCodeSchema,
    requestId: z.string().optional(),
    errors: z
      .array(
        z.object({
          field: z.string(),
          message: z.string(),
          position: z
            .number()
            .int()
            .optional()
            .describe("Of the first wrong character of a text, from 0 on."),
          current: z
            .string()
            .nullable()
            .optional()
            .describe("For a `conflict` with MLflow: what it has there now; null when there is nothing."),
        }),
      )
      .optional()
      .describe("The fields at fault."),
    cause: z
      .string()
      .optional()
      .describe("For `mlflow_unreachable`: why, as a stable word (see `mlflowCauseSchema`)."),
    deployments: z
      .array(z.object({ id: z.string(), name: z.string(), effect: z.string() }))
      .optional()
      .describe("For `alias_followed` and `version_deployed`: whom it concerns, and what happens to each."),
    latestRevision: z
      .number()
      .int()
      .optional()
      .describe("For a `conflict` of two changes: the newest revision, made by somebody else meanwhile."),
    retryAfterSeconds: z
      .number()
      .int()
      .optional()
      .describe("For `too_many_requests`: when to try again, as the header `Retry-After` says."),
    uri: z.string().optional().describe("For MLflow errors: the tracking URI that was called."),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

/** Facts of an error that a caller may see. */
export interface ErrorDetails {
  errors?: { field: string; message: string; position?: number; current?: string | null }[];
  cause?: string;
  deployments?: { id: string; name: string; effect: string }[];
  latestRevision?: number;
  retryAfterSeconds?: number;
  uri?: string;
}

/** A failure with a stable code. `message` says what happened, to what, and what to do next. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, details = {} }: { cause?: unknown; details?: ErrorDetails } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }

  /** The HTTP status that belongs to the code. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** Builds the public problem document; the cause is left out. */
  toProblem(requestId?: string): Problem {
    return {
      type: `urn:slipway:error:${this.code}`,
      title: ERRORS[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(requestId === undefined ? {} : { requestId }),
      ...this.details,
    };
  }

  /** Turns anything thrown into an AppError; what is not one already becomes `internal`, keeping the original as cause. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    return new AppError(
      "internal",
      "Slipway met an unexpected error. Try again; if it stays, look for the request id in Slipway's log.",
      { cause: thrown },
    );
  }
}
