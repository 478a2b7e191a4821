/** Why an MLflow could not be used, in words. */
const CAUSES: Record<string, string> = {
  name_not_resolved: "The host name could not be resolved.",
  connection_refused: "The connection was refused: nothing listens at this address.",
  timed_out: "It did not answer in time.",
  tls: "The TLS connection failed: the certificate is not trusted or does not match.",
  unauthorized: "It asks for credentials, and those that are set are missing or wrong (401).",
  forbidden: "It refuses access with the credentials that are set (403).",
  not_mlflow: "Something answers at this address, but it is not an MLflow tracking server.",
  server_error: "It answers with an error of its own.",
};

/** One sentence for a cause word of the API. */
export function describeMlflowCause(cause: string | null | undefined): string {
  return CAUSES[cause ?? ""] ?? "It could not be reached.";
}
