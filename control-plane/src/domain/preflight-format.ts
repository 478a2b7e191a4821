/** Whether loading a version's files runs code that lies in them. Pure. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import type { ListedFile, MlmodelFacts } from "./version-facts.ts";
import { namedPaths } from "./version-facts.ts";

const PICKLES: ReadonlySet<string> = new Set(["pickle", "cloudpickle", "joblib", "dill"]);
const PICKLE_FILE = /\.(?:pkl|pickle|joblib|dill|pt|pth)$|(?:^|\/)pytorch_model[^/]*\.bin$/i;
/** Formats of data alone. */
const DATA_FILE = /\.(?:skops|safetensors|onnx|ubj|xgb|lgb|cb|cbm)$/i;
/** Names that mean data only in their own flavour. */
const DATA_OF_FLAVOR: Record<string, RegExp> = {
  xgboost: /\.(?:json|bin|model)$/i,
  lightgbm: /\.txt$/i,
  catboost: /\.(?:json|bin)$/i,
};
const SHOWN_MAX = 3;

/** Says what runs at loading, or that nothing does. */
export function formatFinding(mlmodel: MlmodelFacts, files: readonly ListedFile[]): PreflightFinding {
  const paths = [...new Set([...namedPaths(mlmodel), ...files.map(({ path }) => path)])];
  const code = [...codeOf(mlmodel), ...picklesOf(mlmodel, paths)];
  if (code.length > 0) {
    return {
      check: "format",
      level: "info",
      title: "Loading it runs its own code",
      detail: `${code.join("; ")}. Whoever made the version decides what the worker runs.`,
      remedy: `Deploy only what you trust.${saferFormat(mlmodel)}`,
    };
  }
  const data = paths.filter((path) => isData(mlmodel, path));
  if (data.length > 0) {
    return {
      check: "format",
      level: "ok",
      title: "Its files hold data, no code",
      detail: `${data.slice(0, SHOWN_MAX).join(", ")}${trusted(mlmodel)}.`,
      remedy: null,
    };
  }
  return {
    check: "format",
    level: "info",
    title: "Whether loading it runs code is not known",
    detail: "No file of a format that is known to hold only data, or to hold code, was found.",
    remedy: "Deploy only what you trust.",
  };
}

/** Python that the version brings along and that is run. */
function codeOf({ flavors }: MlmodelFacts): string[] {
  const pyfunc = flavors.python_function ?? {};
  const { python_model: model, code, loader_module: loader, model_code_path: script } = pyfunc;
  const found: string[] = [];
  if (typeof model === "string" && !PICKLE_FILE.test(model)) found.push(`${model} is a Python model`);
  if (typeof script === "string") found.push("A script of its own is run (a model from code)");
  if (typeof code === "string") found.push(`The folder ${code} holds Python modules of its own`);
  if (typeof loader === "string" && !loader.startsWith("mlflow.")) found.push(`${loader} loads it`);
  return found;
}

function picklesOf({ flavors }: MlmodelFacts, paths: readonly string[]): string[] {
  const files = paths.filter((path) => PICKLE_FILE.test(path));
  const shown = files.slice(0, SHOWN_MAX).map((path) => `${path} is a pickle`);
  if (files.length > SHOWN_MAX) shown.push(`${files.length - SHOWN_MAX} more files are`);
  if (shown.length > 0) return shown;
  return formatsOf(flavors)
    .filter((format) => PICKLES.has(format))
    .map((format) => `It is saved as ${format}`);
}

function isData({ flavors }: MlmodelFacts, path: string): boolean {
  if (DATA_FILE.test(path)) return true;
  return Object.entries(DATA_OF_FLAVOR).some(
    ([flavor, pattern]) => flavors[flavor]?.data === path && pattern.test(path),
  );
}

function formatsOf(flavors: MlmodelFacts["flavors"]): string[] {
  const formats = Object.values(flavors).map(({ serialization_format: format }) => format);
  return [...new Set(formats.filter((format) => typeof format === "string"))];
}

/** skops loads unasked only what it knows; the version may name more. */
function trusted({ flavors }: MlmodelFacts): string {
  const types = Object.values(flavors).flatMap(({ skops_trusted_types: named }) =>
    Array.isArray(named) ? named.map(String) : [],
  );
  return types.length === 0 ? "" : `; skops is told to trust ${types.slice(0, SHOWN_MAX).join(", ")}`;
}

function saferFormat({ flavors }: MlmodelFacts): string {
  if (flavors.sklearn !== undefined) return " For scikit-learn, serialization_format='skops' keeps code out.";
  if (flavors.transformers !== undefined) return " safetensors keep code out of the weights.";
  return "";
}
