/** What the registry needs to know of a group's MLflow, unsealed and plain. */
import { createHash } from "node:crypto";

export interface RegistryBinding {
  group: string;
  trackingUri: string;
  /** Where people open MLflow's UI, when it is not the tracking URI. */
  uiUri: string | null;
  workspace: string | null;
  /** `MLFLOW_TRACKING_USERNAME`, `_PASSWORD`, `_TOKEN`, `_INSECURE_TLS`; others are not read. */
  variables: Record<string, string>;
}

/** Tells apart two states of a group's binding, without revealing what is inside. */
export function bindingFingerprint(binding: RegistryBinding): string {
  const { group, trackingUri, uiUri, workspace, variables } = binding;
  const content = JSON.stringify([group, trackingUri, uiUri, workspace, Object.entries(variables).sort()]);
  return createHash("sha256").update(content).digest("hex");
}

/** The name of the index of a group's registry: credentials are no part of it. */
export function indexScope({ group, trackingUri, workspace }: RegistryBinding): string {
  const content = JSON.stringify([group, trackingUri, workspace]);
  return `${group} ${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

/** The `Authorization` header that MLflow's own client would send: basic wins over token. */
export function authorizationOf(variables: Record<string, string>): string | null {
  const username = variables.MLFLOW_TRACKING_USERNAME;
  const password = variables.MLFLOW_TRACKING_PASSWORD;
  if (username && password) {
    return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  }
  const token = variables.MLFLOW_TRACKING_TOKEN?.trim();
  return token ? `Bearer ${token}` : null;
}

/** Whether the certificate of an https tracking URI goes unchecked, read as MLflow reads it. */
export function allowsInsecureTls(variables: Record<string, string>): boolean {
  return /^(?:true|1)$/i.test(variables.MLFLOW_TRACKING_INSECURE_TLS?.trim() ?? "");
}
