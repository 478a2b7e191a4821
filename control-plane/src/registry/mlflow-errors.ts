/** What can go wrong between Slipway and an MLflow, in words for people. */
import type { MlflowCause } from "@slipway/contracts/api/mlflow-binding";
import { AppError } from "@slipway/contracts/errors";
import { parseMlflowJson } from "@slipway/contracts/mlflow-json";

/** Builds the error of an MLflow that cannot be used; `detail` says what is wrong and what to do. */
export function mlflowUnreachable(
  trackingUri: string,
  reason: MlflowCause,
  detail: string,
  cause?: unknown,
): AppError {
  return new AppError("mlflow_unreachable", detail, { cause, details: { cause: reason, uri: trackingUri } });
}

/** Turns a failure of the connection itself into words. */
export function connectionFailure(trackingUri: string, thrown: unknown): AppError {
  const { hostname, port, protocol } = new URL(trackingUri);
  const address = `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
  const code = codeOf(thrown);
  const fail = (reason: MlflowCause, detail: string) =>
    mlflowUnreachable(trackingUri, reason, detail, thrown);
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return fail(
        "name_not_resolved",
        `The host name '${hostname}' could not be resolved. Check its spelling, and that this machine's DNS knows it.`,
      );
    case "ECONNREFUSED":
      return fail(
        "connection_refused",
        `Nothing listens at ${address}. Check that MLflow is running there, and the port in the tracking URI.`,
      );
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return fail(
        "timed_out",
        `${address} did not answer in time. Check that the address is right, that no firewall is in between, and that MLflow is not overloaded.`,
      );
    case "EPROTO":
      return fail(
        "tls",
        `${address} does not speak TLS (https). Check whether the tracking URI should start with http://.`,
      );
  }
  if (/^ERR_SSL|^ERR_TLS|CERT|SIGNATURE|ISSUER/.test(code)) {
    return fail(
      "tls",
      `The TLS connection to ${address} failed (${code}). ${
        /^ERR_SSL/.test(code)
          ? "Check whether the tracking URI should start with http://."
          : "Give Slipway the certificate authority through NODE_EXTRA_CA_CERTS, or set MLFLOW_TRACKING_INSECURE_TLS=true among the tracking variables to skip the check."
      }`,
    );
  }
  if (code === "HPE") {
    return fail(
      "not_mlflow",
      `What listens at ${address} does not speak HTTP. Check the port, and whether the tracking URI should start with https://.`,
    );
  }
  if (code === "UND_ERR_INVALID_ARG") {
    return fail(
      "other",
      "The tracking credentials or the workspace hold characters that cannot be sent in an HTTP header. Correct them.",
    );
  }
  return fail(
    "other",
    `The connection to ${address} broke off${code ? ` (${code})` : ""}. Try again; if it stays, look at MLflow's log.`,
  );
}

/** An answer of MLflow that is not a success. */
export interface Refusal {
  status: number;
  body: string;
  location: string | null;
}

/** MLflow's own words, kept as the cause of the error that they became. */
export class MlflowRefusal extends Error {
  override readonly name = "MlflowRefusal";
  readonly status: number;
  /** `INVALID_PARAMETER_VALUE` and the like; empty when it gave none. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Turns an unsuccessful answer into an error: `not_found` when MLflow says that the thing asked for does not exist,
 * else `mlflow_unreachable` with its cause.
 */
export function refusalError(trackingUri: string, { status, body, location }: Refusal): AppError {
  const said = mlflowMessage(body);
  const refusal = new MlflowRefusal(status, said.code, said.message);
  const fail = (reason: MlflowCause, detail: string) =>
    mlflowUnreachable(trackingUri, reason, detail, refusal);
  const quote = said.message === "" ? "" : ` MLflow says: ${said.message}`;
  if (said.code === "RESOURCE_DOES_NOT_EXIST") return new AppError("not_found", said.message);
  if (said.code === "FEATURE_DISABLED") return fail("other", `MLflow refused the request.${quote}`);
  if (status === 401) {
    return fail(
      "unauthorized",
      "MLflow wants to know who is calling (401). Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, among the tracking variables, and check that they are right.",
    );
  }
  if (status === 403) {
    return fail(
      "forbidden",
      /host header/i.test(body)
        ? "MLflow refuses the host name of the tracking URI (403). Start it with --allowed-hosts naming this host, or use an address that it allows."
        : `MLflow does not allow this to the given credentials (403). Use an account that may read the model registry.${quote}`,
    );
  }
  if (status >= 300 && status < 400) {
    return fail(
      "not_mlflow",
      `The tracking URI leads elsewhere${location === null ? "" : `, to ${withoutQuery(location)}`} (${status}). Write the address that MLflow's API itself has; a sign-in page in front of it must let Slipway through.`,
    );
  }
  if (status >= 500 || status === 429) {
    return fail(
      "server_error",
      `MLflow answered with an error (${status}). Try again; if it stays, look at MLflow's log.${quote}`,
    );
  }
  if (said.code === "") {
    return fail(
      "not_mlflow",
      `What answers there is not an MLflow tracking server (${status} without an MLflow answer). Check the host, the port and the path of the tracking URI.`,
    );
  }
  return fail("other", `MLflow did not accept the request (${status}, ${said.code}).${quote}`);
}

function mlflowMessage(body: string): { code: string; message: string } {
  const nothing = { code: "", message: "" };
  try {
    const parsed = parseMlflowJson(body);
    if (typeof parsed !== "object" || parsed === null || !("error_code" in parsed)) return nothing;
    const message = "message" in parsed ? String(parsed.message) : "";
    return { code: String(parsed.error_code), message: message.slice(0, 500) };
  } catch {
    return nothing;
  }
}

function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error.name === "HTTPParserError") return "HPE";
    if ("code" in error && typeof error.code === "string") return error.code;
    if (error instanceof AggregateError) {
      const inner = error.errors.map(codeOf).find((code) => code !== "");
      if (inner !== undefined) return inner;
    }
  }
  return "";
}

function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "").slice(0, 200);
}
