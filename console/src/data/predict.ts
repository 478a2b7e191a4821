/** A test prediction through the control plane. */
import { useMutation } from "@tanstack/react-query";
import { apiPath, send } from "./api.ts";
import type { DeploymentRef } from "./deployments.ts";

/** The model's answer as it came, and how long it took from here. */
export interface PredictionAnswer {
  text: string;
  latencyMs: number;
}

/** Sends a scoring body to a deployment. */
export function usePredict({ group, id }: DeploymentRef) {
  return useMutation({
    mutationFn: async (body: unknown): Promise<PredictionAnswer> => {
      const startedMs = performance.now();
      const path = apiPath`/groups/${group}/deployments/${id}/predict`;
      const text = await (await send({ method: "POST", path, body })).text();
      return { text, latencyMs: performance.now() - startedMs };
    },
  });
}
