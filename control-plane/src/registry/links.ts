/** Links into the MLflow UI of a binding. */
import type { RegistryBinding } from "./binding.ts";

/** Where people open the group's MLflow. */
export function mlflowUiUrl(binding: RegistryBinding): string {
  return route(binding, ["models"]);
}

/** A registered model's page. */
export function modelUrl(binding: RegistryBinding, name: string): string {
  return route(binding, ["models", name]);
}

/** A version's page. */
export function versionUrl(binding: RegistryBinding, name: string, version: string): string {
  return route(binding, ["models", name, "versions", version]);
}

/** A run's page. */
export function runUrl(binding: RegistryBinding, experimentId: string, runId: string): string {
  return route(binding, ["experiments", experimentId, "runs", runId]);
}

/** A logged model's page (MLflow 3). */
export function loggedModelUrl(binding: RegistryBinding, experimentId: string, id: string): string {
  return route(binding, ["experiments", experimentId, "models", id]);
}

function route({ uiUri, trackingUri, workspace }: RegistryBinding, path: string[]): string {
  const base = (uiUri ?? trackingUri).replace(/[?#].*$/s, "").replace(/\/+$/, "");
  const query = workspace === null ? "" : `?workspace=${encodeURIComponent(workspace)}`;
  return `${base}/#/${path.map(encodeURIComponent).join("/")}${query}`;
}
