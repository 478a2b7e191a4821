/** What stands in the way of deploying a version: rules from facts to findings. Pure. */
import type { Preflight, PreflightFinding } from "@slipway/contracts/api/preflight";
import { PREFLIGHT_CHECKS, PREFLIGHT_LEVELS } from "@slipway/contracts/api/preflight";
import { type EnvironmentOutcome, environmentFindings } from "./preflight-environment.ts";
import { fileFindings, statusFinding } from "./preflight-files.ts";
import { formatFinding } from "./preflight-format.ts";
import { flavorFindings, libraryFindings } from "./preflight-libraries.ts";
import { type MemoryFacts, memoryFinding } from "./preflight-memory.ts";
import { type MlmodelFacts, sizeOf, type VersionFacts } from "./version-facts.ts";

export interface PreflightFacts {
  version: VersionFacts;
  environment: EnvironmentOutcome;
  memory: Omit<MemoryFacts, "sizeBytes">;
}

/** Applies every rule; worst first. */
export function judgePreflight({
  version,
  environment,
  memory,
}: PreflightFacts): Pick<Preflight, "status" | "findings"> {
  const { mlmodel } = version;
  const known = mlmodel.state === "read" ? mlmodel.content : null;
  const findings = [
    statusFinding(version),
    ...fileFindings(version),
    ...environmentFindings(version.requirements, environment),
    ...(known === null
      ? []
      : [
          ...flavorFindings(known),
          ...libraryFindings(known, environment, version.requirements),
          ...exampleFindings(known),
          formatFinding(known, version.listing?.files ?? []),
        ]),
    ...(mlmodel.state === "missing" ? [] : [memoryFinding({ ...memory, sizeBytes: sizeOf(version) })]),
  ];
  return { status: statusOf(findings), findings: findings.toSorted(worstFirst) };
}

function statusOf(findings: readonly PreflightFinding[]): Preflight["status"] {
  const has = (wanted: PreflightFinding["level"]) => findings.some(({ level }) => level === wanted);
  if (has("error")) return "blocked";
  return has("warning") ? "warnings" : "ready";
}

function worstFirst(a: PreflightFinding, b: PreflightFinding): number {
  return (
    PREFLIGHT_LEVELS.indexOf(a.level) - PREFLIGHT_LEVELS.indexOf(b.level) ||
    PREFLIGHT_CHECKS.indexOf(a.check) - PREFLIGHT_CHECKS.indexOf(b.check)
  );
}

/** Whether requests can be checked, and whether there is something to try the version with. */
function exampleFindings({ hasSignature, examplePath }: MlmodelFacts): PreflightFinding[] {
  const signature: PreflightFinding = hasSignature
    ? {
        check: "signature",
        level: "ok",
        title: "It has a signature",
        detail: "Requests are checked against it, and the endpoint's OpenAPI document tells it.",
        remedy: null,
      }
    : {
        check: "signature",
        level: "warning",
        title: "It has no signature",
        detail: "Requests go to the model unchecked, and the endpoint's OpenAPI document names no fields.",
        remedy:
          "Log the model with signature=infer_signature(inputs, predictions), or with an input example.",
      };
  return [signature, exampleFinding(hasSignature, examplePath)];
}

function exampleFinding(hasSignature: boolean, examplePath: string | null): PreflightFinding {
  const check = "example" as const;
  if (examplePath !== null) {
    return {
      ...{ check, level: "ok" },
      title: "It has an input example",
      detail: "The smoke test and the playground use it.",
      remedy: null,
    };
  }
  const remedy = "Log the model with input_example=… of a few real rows.";
  if (hasSignature) {
    return {
      ...{ check, level: "info" },
      title: "It has no input example",
      detail: "The smoke test and the playground use one that is made up from the signature.",
      remedy,
    };
  }
  return {
    ...{ check, level: "warning" },
    title: "It has nothing to be tried with",
    detail:
      "There is neither an input example nor a signature: the smoke test can only guess an input, and proves little or nothing.",
    remedy,
  };
}
