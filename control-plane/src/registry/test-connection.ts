/** What can be said of an MLflow before it is used. */
import type { MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import { mlflowCauseSchema } from "@slipway/contracts/api/mlflow-binding";
import { AppError } from "@slipway/contracts/errors";
import { experimentPageSchema, modelPageSchema } from "./mlflow-answers.ts";
import type { MlflowClient } from "./mlflow-client.ts";
import { mlflowUnreachable } from "./mlflow-errors.ts";

const SEARCH_MODELS = "/api/2.0/mlflow/registered-models/search";
const MODELS_PER_PAGE = 1000;
const PAGE_BYTES_MAX = 100_000;

/** Tries the registry with the binding's own address and credentials. It never throws for what MLflow does. */
export async function testMlflow(client: MlflowClient): Promise<MlflowTest> {
  const unknown = { version: null, registeredModels: null, latencyMs: null };
  const { trackingUri } = client;
  const startedAt = performance.now();
  try {
    const [page, version] = await Promise.all([
      client.get(modelPageSchema, SEARCH_MODELS, {
        max_results: MODELS_PER_PAGE,
      }),
      versionOf(client),
    ]);
    const latencyMs = Math.round(performance.now() - startedAt);
    if (page.registered_models.length === 0 && version === null) await requireExperiments(client);
    const registeredModels = `${page.registered_models.length}${page.next_page_token ? "+" : ""}`;
    return { reachable: true, trackingUri, version, registeredModels, latencyMs, cause: null, detail: null };
  } catch (error) {
    const problem = AppError.from(error);
    if (problem.code === "internal") throw error;
    const cause = mlflowCauseSchema.safeParse(problem.details.cause);
    return {
      reachable: false,
      trackingUri,
      ...unknown,
      cause: cause.success ? cause.data : "other",
      detail: await betterAdvice(client, problem),
    };
  }
}

/** MLflow's own version; null where it does not tell it. */
async function versionOf(client: MlflowClient): Promise<string | null> {
  try {
    const text = (await client.file("/version", {}, 100))?.toString("utf8").trim() ?? "";
    return /^\d+\.\d+[\w.+-]*$/.test(text) ? text : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** An empty registry answers `{}`, as many a server does that is not MLflow: every MLflow has an experiment list. */
async function requireExperiments(client: MlflowClient): Promise<void> {
  try {
    await client.search(
      experimentPageSchema.required({ experiments: true }),
      "/api/2.0/mlflow/experiments/search",
      {
        max_results: 1,
      },
    );
  } catch (error) {
    throw mlflowUnreachable(
      client.trackingUri,
      "not_mlflow",
      "Something answers there, but not as an MLflow tracking server does. Check the host, the port and the path of the tracking URI.",
      error,
    );
  }
}

/** When the API is missing, looks whether only the path is wrong. */
async function betterAdvice(client: MlflowClient, problem: AppError): Promise<string> {
  const { pathname, origin } = new URL(client.trackingUri);
  if (problem.details.cause !== "not_mlflow" || pathname === "/") return problem.message;
  const rooted = client.under(origin);
  if (rooted === null) return problem.message;
  try {
    await rooted.get(modelPageSchema, SEARCH_MODELS, { max_results: 1 });
  } catch (error) {
    if (error instanceof AppError) return problem.message;
    throw error;
  }
  const keep = (await servesUi(client)) ? `, and ${client.trackingUri} as the MLflow UI URI` : "";
  return `MLflow's API is not below ${pathname}, but it is at ${origin}: write ${origin} as the tracking URI${keep}.`;
}

/** MLflow 2 under `--static-prefix` serves its UI below the prefix and its API at the root. */
async function servesUi(client: MlflowClient): Promise<boolean> {
  try {
    const page = await client.file("/", {}, PAGE_BYTES_MAX);
    return page?.includes("<title>MLflow</title>") === true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
