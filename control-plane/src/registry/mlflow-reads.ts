/** The calls to MLflow's REST API that Slipway makes, each paged to its end. */
import { AppError } from "@slipway/contracts/errors";
import { createArtifactRoutes, readVersionFile } from "./artifact-routes.ts";
import {
  experimentPageSchema,
  loggedModelAnswerSchema,
  loggedModelPageSchema,
  type MlflowLoggedModel,
  type MlflowModel,
  type MlflowRun,
  type MlflowVersion,
  modelAnswerSchema,
  modelPageSchema,
  runAnswerSchema,
  runPageSchema,
  versionAnswerSchema,
  versionPageSchema,
} from "./mlflow-answers.ts";
import type { MlflowClient, Query } from "./mlflow-client.ts";
import { nameFilter } from "./name-filter.ts";

const API = "/api/2.0/mlflow";
const MODELS_PER_PAGE = 1000;
const VERSIONS_PER_PAGE = 5000;
const EXPERIMENTS_PER_PAGE = 1000;
/** No registry is this long; it ends a server that never stops paging. */
const PAGES_MAX = 1000;
/** MLflow's version numbers are 32-bit integers; longer ones make it fail. */
const VERSION_MAX = 2_147_483_647;

export type MlflowReads = ReturnType<typeof createMlflowReads>;

/** Binds the calls to a client. */
export function createMlflowReads(client: MlflowClient, uiUri: string | null) {
  const artifacts = createArtifactRoutes(client, uiUri);
  return {
    client,
    registeredModels: () => registeredModels(client),
    updatedModels: (limit: number) => updatedModels(client, limit),
    registeredModel: (name: string) => registeredModel(client, name),
    summary: (name: string) => summary(client, name),
    versions: (name: string) => versions(client, name),
    newestVersions: (name: string, limit: number) => newestVersions(client, name, limit),
    versionsOfSource: (source: string) => searchVersions(client, `source_path='${withoutQuotes(source)}'`),
    versionsOfRun: (run: string) => searchVersions(client, `run_id='${withoutQuotes(run)}'`),
    version: (name: string, version: string) => version_(client, name, version),
    experimentIds: () => experimentIds(client),
    run: (id: string) => run(client, id),
    runs: (ids: string[], experiments: string[]) => runs(client, ids, experiments),
    loggedModel: (id: string) => loggedModel(client, id),
    loggedModels: (ids: string[], experiments: string[]) => loggedModels(client, ids, experiments),
    artifacts,
    /** Null when it is larger than asked for. @throws AppError `not_found` when the version has no such file. */
    versionFile: ({ bytesMax, ...file }: VersionFile) =>
      readVersionFile(artifacts, file, (from, path, query) => from.file(path, query, bytesMax)),
  };
}

/** A file inside a version's model folder. */
export interface VersionFile {
  name: string;
  version: string;
  path: string;
  bytesMax: number;
}

async function registeredModels(client: MlflowClient): Promise<MlflowModel[]> {
  const found = await allPages(async (pageToken) => {
    const query = withToken({ max_results: MODELS_PER_PAGE }, pageToken);
    const page = await client.get(modelPageSchema, `${API}/registered-models/search`, query);
    return { items: page.registered_models, next: page.next_page_token };
  });
  // Page tokens are offsets: rows shift while paging, so one may come twice.
  const unique = new Map(found.map((model) => [model.name, model]));
  return [...unique.values()].filter(isModel);
}

/** Prompts live in the same table. */
function isModel({ tags }: MlflowModel): boolean {
  return tags["mlflow.prompt.is_prompt"] !== "true";
}

/** The models that were updated last, and whether these are all. */
async function updatedModels(
  client: MlflowClient,
  limit: number,
): Promise<{ models: MlflowModel[]; complete: boolean }> {
  const page = await client.get(modelPageSchema, `${API}/registered-models/search`, {
    max_results: limit,
    order_by: "last_updated_timestamp DESC",
  });
  return { models: page.registered_models.filter(isModel), complete: !page.next_page_token };
}

/** A model as lists tell it, which costs MLflow much less than its page where there are many versions; null without it. */
async function summary(client: MlflowClient, name: string): Promise<MlflowModel | null> {
  const found = await allPages(async (pageToken) => {
    const query = withToken({ filter: nameFilter(name), max_results: MODELS_PER_PAGE }, pageToken);
    const page = await client.get(modelPageSchema, `${API}/registered-models/search`, query);
    return { items: page.registered_models, next: page.next_page_token };
  });
  return found.find((model) => model.name === name) ?? null;
}

async function registeredModel(client: MlflowClient, name: string): Promise<MlflowModel> {
  const missing = new AppError(
    "model_not_found",
    `There is no registered model '${name}' in this MLflow. Check the name, or register it there.`,
  );
  const answer = await orMissing(missing, () =>
    client.get(modelAnswerSchema, `${API}/registered-models/get`, { name }),
  );
  return answer.registered_model;
}

async function versions(client: MlflowClient, name: string): Promise<MlflowVersion[]> {
  const found = await searchVersions(client, nameFilter(name));
  return found.filter((version) => version.name === name);
}

/** The versions with the highest numbers, and whether these are all. */
async function newestVersions(
  client: MlflowClient,
  name: string,
  limit: number,
): Promise<{ versions: MlflowVersion[]; complete: boolean }> {
  const page = await client.get(versionPageSchema, `${API}/model-versions/search`, {
    filter: nameFilter(name),
    max_results: limit,
    order_by: "version_number DESC",
  });
  const versions = page.model_versions.filter((version) => version.name === name);
  return { versions, complete: !page.next_page_token };
}

async function searchVersions(client: MlflowClient, filter: string): Promise<MlflowVersion[]> {
  const found = await allPages(async (pageToken) => {
    // In ascending order new versions come last, so that they shift nothing.
    const query = withToken(
      { filter, max_results: VERSIONS_PER_PAGE, order_by: "version_number ASC" },
      pageToken,
    );
    const page = await client.get(versionPageSchema, `${API}/model-versions/search`, query);
    return { items: page.model_versions, next: page.next_page_token };
  });
  return [...new Map(found.map((row) => [JSON.stringify([row.name, row.version]), row])).values()];
}

async function version_(client: MlflowClient, name: string, version: string): Promise<MlflowVersion> {
  const missing = new AppError(
    "model_version_not_found",
    `Registered model '${name}' has no version ${version}. Choose one of its versions.`,
  );
  if (!/^[1-9]\d{0,9}$/.test(version) || Number(version) > VERSION_MAX) throw missing;
  const answer = await orMissing(missing, () =>
    client.get(versionAnswerSchema, `${API}/model-versions/get`, { name, version }),
  );
  return answer.model_version;
}

/** Also of deleted experiments: their runs still explain versions. */
async function experimentIds(client: MlflowClient): Promise<string[]> {
  const found = await allPages(async (pageToken) => {
    const page = await client.search(experimentPageSchema, `${API}/experiments/search`, {
      view_type: "ALL",
      max_results: EXPERIMENTS_PER_PAGE,
      ...(pageToken && { page_token: pageToken }),
    });
    return { items: page.experiments, next: page.next_page_token };
  });
  return [...new Set(found.map((experiment) => experiment.experiment_id))];
}

async function run(client: MlflowClient, id: string): Promise<MlflowRun | null> {
  return await orNull(async () => (await client.get(runAnswerSchema, `${API}/runs/get`, { run_id: id })).run);
}

async function runs(client: MlflowClient, ids: string[], experiments: string[]): Promise<MlflowRun[]> {
  return await allPages(async (pageToken) => {
    const page = await client.search(runPageSchema, `${API}/runs/search`, {
      experiment_ids: experiments,
      filter: `attributes.run_id IN (${ids.map(quoteId).join(",")})`,
      run_view_type: "ALL",
      max_results: ids.length,
      ...(pageToken && { page_token: pageToken }),
    });
    return { items: page.runs, next: page.next_page_token };
  });
}

async function loggedModel(client: MlflowClient, id: string): Promise<MlflowLoggedModel | null> {
  const path = `${API}/logged-models/${encodeURIComponent(id)}`;
  return await orNull(async () => (await client.get(loggedModelAnswerSchema, path)).model);
}

async function loggedModels(
  client: MlflowClient,
  ids: string[],
  experiments: string[],
): Promise<MlflowLoggedModel[]> {
  return await allPages(async (pageToken) => {
    const page = await client.search(loggedModelPageSchema, `${API}/logged-models/search`, {
      experiment_ids: experiments,
      filter: `model_id IN (${ids.map(quoteId).join(",")})`,
      max_results: ids.length,
      ...(pageToken && { page_token: pageToken }),
    });
    return { items: page.models, next: page.next_page_token };
  });
}

interface Page<Item> {
  items: Item[];
  next: string | undefined;
}

async function allPages<Item>(read: (pageToken: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let pageToken = "";
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await read(pageToken);
    items.push(...page.items);
    if (!page.next || page.next === pageToken) break;
    pageToken = page.next;
  }
  return items;
}

function withToken(query: Query, pageToken: string): Query {
  return pageToken === "" ? query : { ...query, page_token: pageToken };
}

async function orMissing<Result>(missing: AppError, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") throw missing;
    throw error;
  }
}

async function orNull<Result>(read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

/** MLflow's filters know no escape, and no id or source has a quote. */
function withoutQuotes(text: string): string {
  return text.replace(/'/g, "");
}

/** Ids are MLflow's own; what is not one cannot name anything. */
function quoteId(id: string): string {
  return `'${id.replace(/[^\w-]/g, "")}'`;
}
