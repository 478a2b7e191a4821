/** Typed examples of what a preflight judges, for tests, and how one looks into its findings. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import type { EnvironmentCheck } from "@slipway/contracts/environment-check";
import { judgePreflight, type PreflightFacts } from "#domain/preflight.ts";
import type { MlmodelFacts, VersionFacts } from "#domain/version-facts.ts";

const GIB = 1024 ** 3;

export function anMlmodel(values: Partial<MlmodelFacts> = {}): MlmodelFacts {
  return {
    flavors: {
      python_function: {
        loader_module: "mlflow.sklearn",
        model_path: "model.skops",
        python_version: "3.11.2",
      },
      sklearn: { pickled_model: "model.skops", serialization_format: "skops", sklearn_version: "1.9.1" },
    },
    mlflowVersion: "3.17.2",
    sizeBytes: 10_000,
    hasSignature: true,
    examplePath: "input_example.json",
    ...values,
  };
}

export function aVersion(values: Partial<VersionFacts> = {}): VersionFacts {
  return {
    ...{ name: "iris", version: "1", fingerprint: "f", status: "READY", statusMessage: "" },
    mlmodel: { state: "read", content: anMlmodel() },
    requirements: {
      state: "read",
      content: { from: "requirements.txt", text: "mlflow==3.17.2\nscikit-learn==1.9.1\n" },
    },
    constraints: null,
    pythonVersion: "3.11.2",
    listing: {
      complete: true,
      files: ["MLmodel", "model.skops", "input_example.json", "requirements.txt"].map((path) => ({
        path,
        bytes: 100,
      })),
    },
    ...values,
  };
}

export function aCheck(values: Partial<EnvironmentCheck> = {}): EnvironmentCheck {
  return {
    python: { wanted: "3.11.2", found: "3.11.2", available: ["3.10.1", "3.11.2"] },
    built: false,
    resolution: { state: "resolved", packages: { mlflow: "3.17.2", "scikit-learn": "1.9.1" } },
    leftOut: [],
    tookMs: 900,
    ...values,
  };
}

export function judge(values: Partial<PreflightFacts> = {}): ReturnType<typeof judgePreflight> {
  return judgePreflight({
    version: aVersion(),
    environment: { check: aCheck() },
    memory: { limitBytes: 4 * GIB, measuredBytes: null },
    ...values,
  });
}

export function withModel(values: Partial<MlmodelFacts>, version: Partial<VersionFacts> = {}) {
  return judge({
    version: aVersion({ mlmodel: { state: "read", content: anMlmodel(values) }, ...version }),
  });
}

export const withCheck = (values: Partial<EnvironmentCheck>) =>
  judge({ environment: { check: aCheck(values) } });

/** The findings of a check. */
export function of(
  { findings }: { findings: PreflightFinding[] },
  check: PreflightFinding["check"],
): PreflightFinding[] {
  return findings.filter((finding) => finding.check === check);
}

/** The only finding of a check. */
export function one(
  result: { findings: PreflightFinding[] },
  check: PreflightFinding["check"],
): PreflightFinding {
  const [first, ...others] = of(result, check);
  if (first === undefined || others.length > 0) throw new Error(`${check}: ${others.length + 1} findings`);
  return first;
}
