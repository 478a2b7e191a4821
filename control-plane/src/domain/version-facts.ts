/** What a version's files say of it, as far as MLflow could be asked. */

/** A file that was looked for: it may be missing, and it may be there and not be readable. */
export type Reading<Content> =
  | { state: "read"; content: Content }
  | { state: "missing" }
  | { state: "unreadable"; why: string };

export interface MlmodelFacts {
  flavors: Record<string, Record<string, unknown>>;
  mlflowVersion: string | null;
  sizeBytes: number | null;
  hasSignature: boolean;
  /** The file of the input example. */
  examplePath: string | null;
}

export interface ListedFile {
  path: string;
  bytes: number | null;
}

export interface VersionFacts {
  name: string;
  version: string;
  fingerprint: string;
  status: string;
  statusMessage: string;
  mlmodel: Reading<MlmodelFacts>;
  /** What pip is given: `requirements.txt`, else the list inside of `conda.yaml`. */
  requirements: Reading<{ from: "requirements.txt" | "conda.yaml"; text: string }>;
  constraints: string | null;
  pythonVersion: string | null;
  /** Null where MLflow cannot list them; `complete` is false where there were too many. */
  listing: { files: ListedFile[]; complete: boolean } | null;
}

/** The paths inside the model that its flavours point to; `fetch_model.py` of the worker looks for the same. */
export function namedPaths({ flavors, examplePath }: MlmodelFacts): string[] {
  const named = Object.values(flavors).flatMap((flavor) => [
    ...PATH_KEYS.map((key) => flavor[key]),
    ...artifactPaths(flavor.artifacts),
  ]);
  const relative = [...named, examplePath].filter(
    (path): path is string => typeof path === "string" && path !== "" && !path.startsWith("/"),
  );
  return [...new Set(relative.map((path) => path.replace(/^\.\/|\/$/g, "")))];
}

const PATH_KEYS = [
  "data",
  "model_path",
  "python_model",
  "code",
  "pickled_model",
  "model_data",
  "model_binary",
  "saved_model_dir",
];

function artifactPaths(artifacts: unknown): unknown[] {
  if (typeof artifacts !== "object" || artifacts === null) return [];
  return Object.values(artifacts).map((entry: unknown) =>
    typeof entry === "object" && entry !== null && "path" in entry ? entry.path : null,
  );
}

/** The size of a version: what MLflow noted when it was logged, else the sum of its files; null where neither is known. */
export function sizeOf({ mlmodel, listing }: Pick<VersionFacts, "mlmodel" | "listing">): number | null {
  const noted = mlmodel.state === "read" ? mlmodel.content.sizeBytes : null;
  if (noted !== null) return noted;
  if (listing === null || !listing.complete) return null;
  let sum = 0;
  for (const { bytes } of listing.files) {
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}
