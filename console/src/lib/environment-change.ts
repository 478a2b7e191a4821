/** Whether a version runs in the Python environment of another one, as far as can be told without resolving packages. */
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import { plural } from "./format.ts";
import {
  diffRequirements,
  packageKey,
  parseRequirement,
  type RequirementChange,
} from "./requirement-lines.ts";

/** What of a version decides about its environment. */
export type EnvironmentFacts = Pick<ModelVersionDetail, "requirements" | "pythonVersion" | "mlflowVersion">;

export interface EnvironmentChange {
  verdict: "same" | "rebuilt";
  /** In a sentence. */
  words: string;
  requirements: RequirementChange[];
}

/** Compares what two versions ask of their environments. */
export function compareEnvironments(before: EnvironmentFacts, after: EnvironmentFacts): EnvironmentChange {
  const requirements = diffRequirements(withMlflow(before), withMlflow(after));
  const [old, next] = [before.pythonVersion, after.pythonVersion];
  const otherPython = minorOf(old) !== minorOf(next);
  const reasons = [
    ...(otherPython ? [`Python ${old ?? "of the machine"} → ${next ?? "of the machine"}`] : []),
    ...(requirements.length > 0 ? [`${plural(requirements.length, "requirement")} differ`] : []),
  ];
  if (reasons.length > 0)
    return {
      verdict: "rebuilt",
      words: `${reasons.join(", ").replace(/1 requirement differ$/, "1 requirement differs")}. It is built in the rollout, unless it is there already.`,
      requirements,
    };
  const patch =
    old === next
      ? ""
      : ` Python's patch version differs (${old} → ${next}); the nearest that is installed runs both.`;
  return {
    verdict: "same",
    words: `The requirements are alike, nothing has to be built.${patch}`,
    requirements,
  };
}

/** The worker needs MLflow: where a version does not ask for it, it gets the one that saved it. */
function withMlflow({ requirements, mlflowVersion }: EnvironmentFacts): string[] {
  const asks = requirements.some((line) => {
    const key = packageKey(parseRequirement(line)?.key ?? "");
    return key === "mlflow" || key === "mlflow-skinny";
  });
  return asks
    ? requirements
    : [...requirements, mlflowVersion === null ? "mlflow" : `mlflow==${mlflowVersion}`];
}

function minorOf(version: string | null): string | null {
  return version?.split(".").slice(0, 2).join(".") ?? null;
}
