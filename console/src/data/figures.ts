/** What a deployment did over time, read again and again while somebody looks. */
import { deploymentFiguresSchema, type FiguresWindow } from "@slipway/contracts/api/figures";
import { keepPreviousData, queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { ask } from "./api.ts";
import { type DeploymentRef, deploymentPath } from "./deployments.ts";

/** A longer window changes less and costs more. */
const POLL_MS: Record<FiguresWindow, number> = { "1h": 5_000, "24h": 20_000, "7d": 60_000 };

function figuresQuery(deployment: DeploymentRef, window: FiguresWindow, revision: number | null) {
  const query = new URLSearchParams({ window, ...(revision === null ? {} : { revision: String(revision) }) });
  return queryOptions({
    // Not below the deployment's own key: its changes, of which a rollout has many, are not changes of the figures.
    queryKey: ["figures", deployment.group, deployment.id, window, revision],
    queryFn: ({ signal }) =>
      ask(deploymentFiguresSchema, { path: `${deploymentPath(deployment)}/figures?${query}`, signal }),
    refetchInterval: POLL_MS[window],
    placeholderData: keepPreviousData,
  });
}

/** The figures of a window, all revisions together. While another window is read, the one before is shown. */
export function useFigures(deployment: DeploymentRef, window: FiguresWindow) {
  return useQuery(figuresQuery(deployment, window, null));
}

/** The figures of some revisions, in their order; only those that have been read. */
export function useRevisionFigures(deployment: DeploymentRef, window: FiguresWindow, revisions: number[]) {
  return useQueries({
    queries: revisions.map((revision) => figuresQuery(deployment, window, revision)),
    combine: (results) => ({
      error: results.find(({ error }) => error !== null)?.error ?? null,
      read: results.flatMap(({ data }, index) => {
        const revision = revisions[index];
        return data === undefined || revision === undefined ? [] : [{ revision, figures: data }];
      }),
    }),
  });
}
