/** Makes the demo's group and binds it to the demo's MLflow, through the same HTTP API as everybody. */
import { mlflowBindingSchema } from "@slipway/contracts/api/mlflow-binding";
import { ApiSession } from "./api-session.ts";
import { isDemoMlflowUri } from "./mlflow-server.ts";

export const DEMO_GROUP = "demo";

/** Signs in with a one-time token and leaves the group as the demo needs it. A binding made by a person is left alone. */
export async function setUpDemoGroup(
  origin: string,
  signInToken: string,
  trackingUri: string,
): Promise<void> {
  const session = await ApiSession.open(origin, signInToken);
  const created = await session.call("POST", "/api/v1/groups", { name: DEMO_GROUP, displayName: "Demo" });
  if (created.status !== 201 && created.status !== 409) throw created.failure("making the group demo");
  const path = `/api/v1/groups/${DEMO_GROUP}/mlflow`;
  const current = await session.call("GET", path);
  const boundTo = current.status === 200 ? mlflowBindingSchema.parse(current.body).trackingUri : undefined;
  const isOurs = boundTo === undefined || isDemoMlflowUri(boundTo);
  if (boundTo !== trackingUri && isOurs) {
    const put = await session.call("PUT", path, { trackingUri });
    if (put.status >= 300) throw put.failure("binding the group demo to its MLflow");
  }
  await session.call("DELETE", "/api/v1/sessions");
}
