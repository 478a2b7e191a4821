/** Whether a version's flavour can be served and its library comes along, in the version that it was logged with. Pure. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import type { EnvironmentOutcome } from "./preflight-environment.ts";
import type { MlmodelFacts, VersionFacts } from "./version-facts.ts";

interface Library {
  /** Packages that bring it; one is enough. */
  packages: string[];
  /** Where MLmodel says its version. */
  versionKey: string;
}

const LIBRARIES: Record<string, Library> = {
  catboost: { packages: ["catboost"], versionKey: "catboost_version" },
  h2o: { packages: ["h2o"], versionKey: "h2o_version" },
  keras: { packages: ["keras"], versionKey: "keras_version" },
  langchain: { packages: ["langchain", "langchain-core"], versionKey: "langchain_version" },
  lightgbm: { packages: ["lightgbm"], versionKey: "lgb_version" },
  onnx: { packages: ["onnx"], versionKey: "onnx_version" },
  paddle: { packages: ["paddlepaddle", "paddlepaddle-gpu"], versionKey: "paddle_version" },
  pmdarima: { packages: ["pmdarima"], versionKey: "pmdarima_version" },
  prophet: { packages: ["prophet"], versionKey: "prophet_version" },
  pytorch: { packages: ["torch"], versionKey: "pytorch_version" },
  sentence_transformers: {
    packages: ["sentence-transformers"],
    versionKey: "sentence_transformers_version",
  },
  shap: { packages: ["shap"], versionKey: "shap_version" },
  sklearn: { packages: ["scikit-learn"], versionKey: "sklearn_version" },
  spacy: { packages: ["spacy"], versionKey: "spacy_version" },
  spark: { packages: ["pyspark"], versionKey: "pyspark_version" },
  statsmodels: { packages: ["statsmodels"], versionKey: "statsmodels_version" },
  tensorflow: { packages: ["tensorflow", "tensorflow-cpu", "tensorflow-macos"], versionKey: "keras_version" },
  transformers: { packages: ["transformers"], versionKey: "transformers_version" },
  xgboost: { packages: ["xgboost", "xgboost-cpu"], versionKey: "xgb_version" },
};

/** Whether MLflow can serve it at all. */
export function flavorFindings({ flavors }: MlmodelFacts): PreflightFinding[] {
  const check = "flavor" as const;
  const pyfunc = flavors.python_function;
  if (pyfunc === undefined) {
    const names = Object.keys(flavors).join(", ") || "none";
    return [
      {
        ...{ check, level: "error" },
        title: "It has no python_function flavour",
        detail: `MLflow itself can serve a model only through it. The version's flavours: ${names}.`,
        remedy: "Log it with one of MLflow's Python flavours, or as mlflow.pyfunc.",
      },
    ];
  }
  const loader = textOf(pyfunc.loader_module);
  return [
    {
      ...{ check, level: loader === null ? "warning" : "ok" },
      title: loader === null ? "Its flavour names no loader" : "It can be loaded as python_function",
      detail: loader === null ? "MLmodel does not say what loads it." : `Through ${loader}.`,
      remedy: loader === null ? "Log the model again." : null,
    },
  ];
}

/** What would be installed, or is asked for where nothing could be resolved: names, with versions where they are known. */
interface Installed {
  versions: ReadonlyMap<string, string | null>;
  /** False where these are only the version's own lines. */
  complete: boolean;
}

/** Each library that the flavours need, and MLflow itself. */
export function libraryFindings(
  { flavors, mlflowVersion }: MlmodelFacts,
  environment: EnvironmentOutcome,
  requirements: VersionFacts["requirements"],
): PreflightFinding[] {
  if (requirements.state === "unreadable") return [];
  const installed = installedBy(environment, requirements.state === "read" ? requirements.content.text : "");
  const libraries = Object.entries(flavors).flatMap(([name, flavor]) => {
    const library = Object.hasOwn(LIBRARIES, name) ? LIBRARIES[name] : undefined;
    return library === undefined
      ? []
      : [libraryFinding(library, textOf(flavor[library.versionKey]), installed)];
  });
  return [
    ...libraries,
    ...pickledFinding(flavors.python_function, installed),
    ...mlflowFinding(mlflowVersion, installed),
  ];
}

function libraryFinding(
  { packages }: Library,
  logged: string | null,
  installed: Installed,
): PreflightFinding {
  const name = packages.find((each) => installed.versions.has(each));
  if (name !== undefined) return versionFinding(name, logged, installed);
  const [first = ""] = packages;
  return {
    check: "library",
    level: "warning",
    title: `${first} is not among the requirements`,
    detail: installed.complete
      ? "Nothing that would be installed brings it: loading will fail unless the model's own code does."
      : "It may come with another package; that could not be found out.",
    remedy: `Add ${logged === null ? first : `${first}==${logged}`} to the requirements and log the model again.`,
  };
}

/** A class that was pickled needs a like cloudpickle. */
function pickledFinding(
  pyfunc: Record<string, unknown> | undefined,
  installed: Installed,
): PreflightFinding[] {
  const logged = textOf(pyfunc?.cloudpickle_version);
  if (logged === null || !textOf(pyfunc?.python_model)?.endsWith(".pkl")) return [];
  return installed.versions.has("cloudpickle") ? [versionFinding("cloudpickle", logged, installed)] : [];
}

function versionFinding(name: string, logged: string | null, installed: Installed): PreflightFinding {
  const check = "library" as const;
  const used = installed.versions.get(name) ?? null;
  if (used === null || logged === null || sameVersion(used, logged)) {
    return {
      ...{ check, level: "ok" },
      title: `${name} is among the requirements`,
      detail: used === null ? "In a version that is chosen when it is installed." : `Version ${used}.`,
      remedy: null,
    };
  }
  return {
    ...{ check, level: "warning" },
    title: `${name} would be another version`,
    detail: `Logged with ${logged}; ${used} would be installed. It may load differently, or not at all.`,
    remedy: `Ask for ${name}==${logged} in the requirements and log the model again.`,
  };
}

function mlflowFinding(logged: string | null, { versions }: Installed): PreflightFinding[] {
  const used = versions.get("mlflow") ?? versions.get("mlflow-skinny") ?? null;
  if (used === null || logged === null) return [];
  const same = sameVersion(used, logged);
  const sameMajor = used.split(".")[0] === logged.split(".")[0];
  return [
    {
      check: "mlflow",
      level: same ? "ok" : sameMajor ? "info" : "warning",
      title: same ? `MLflow ${used}` : "MLflow would be another version",
      detail: same
        ? "The version that logged it also loads it."
        : `Logged with ${logged}; ${used} would load it.`,
      remedy: same ? null : `Ask for mlflow==${logged} in the requirements and log the model again.`,
    },
  ];
}

function installedBy(environment: EnvironmentOutcome, requirements: string): Installed {
  if (environment !== null && "check" in environment && environment.check.resolution.state === "resolved") {
    const { leftOut, resolution } = environment.check;
    return { versions: new Map(Object.entries(resolution.packages)), complete: leftOut.length === 0 };
  }
  const asked = requirements.split(/\r?\n/).flatMap((line) => {
    const [, name, version] =
      /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:==\s*([\w.+!-]+))?/.exec(line) ?? [];
    return name === undefined ? [] : [[normalised(name), version ?? null] as const];
  });
  return { versions: new Map(asked), complete: false };
}

/** A local part (`2.1.0+cpu`) tells how it was built, not which version it is. */
function sameVersion(one: string, other: string): boolean {
  return one.replace(/\+.*/, "") === other.replace(/\+.*/, "");
}

/** As PEP 503 has it. */
function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
