/** Whether an environment can be made for a version. Pure. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import type { EnvironmentCheck } from "@slipway/contracts/environment-check";
import { findingsOf } from "./preflight-finding.ts";
import type { VersionFacts } from "./version-facts.ts";

const finding = findingsOf("requirements");

/** What the data plane has answered, or why it was not or could not be asked. */
export type EnvironmentOutcome = { check: EnvironmentCheck } | { problem: string } | null;

type Requirements = VersionFacts["requirements"];

/** Python and requirements; nothing where there was nothing to ask for. */
export function environmentFindings(
  requirements: Requirements,
  environment: EnvironmentOutcome,
): PreflightFinding[] {
  if (requirements.state === "unreadable") {
    const detail = `The requirements could not be read: ${requirements.why}`;
    return [finding("warning", "Python and requirements were not checked", detail, "Check again.")];
  }
  if (environment === null) return [];
  if ("problem" in environment) {
    const detail = `${environment.problem} The other checks stand.`;
    return [finding("warning", "Python and requirements could not be checked", detail, "Check again.")];
  }
  const { check } = environment;
  const leftOut = check.leftOut.length === 0 || failed(check) ? [] : [leftOutFinding(check)];
  return [pythonFinding(check.python), requirementsFinding(check), ...leftOut];
}

function failed({ resolution }: EnvironmentCheck): boolean {
  return resolution.state !== "resolved";
}

function pythonFinding({ wanted, found, available }: EnvironmentCheck["python"]): PreflightFinding {
  const check = "python" as const;
  const minor = wanted.split(".").slice(0, 2).join(".");
  if (found === null) {
    return {
      ...{ check, level: "error" },
      title: `Python ${minor} is not installed`,
      detail: `The version was logged with Python ${wanted}. The data plane's machine has ${available.join(", ") || "none"}.`,
      remedy: `Install it on the machine of the data plane, for example with 'uv python install ${minor}', or log the model with a Python that is there.`,
    };
  }
  const other = found === wanted ? "" : ` The version was logged with ${wanted}.`;
  return {
    ...{ check, level: "ok" },
    title: `Python ${minor} is there`,
    detail: `${found} is used.${other}`,
    remedy: null,
  };
}

function requirementsFinding(check: EnvironmentCheck): PreflightFinding {
  const { resolution, built, python, tookMs } = check;
  switch (resolution.state) {
    case "resolved": {
      const count = Object.keys(resolution.packages).length;
      if (built) {
        const detail = `${count} packages, shared by all that ask for the same. Nothing is downloaded.`;
        return finding("ok", "The environment is built already", detail, null);
      }
      const detail = `uv finds a version of each of ${count} packages. They are installed with the first deployment.`;
      return finding("ok", "The requirements can be met", detail, null);
    }
    case "unsatisfiable":
      return unsatisfiable(check, resolution.message);
    case "source only":
      return finding(
        "warning",
        "Something must be built from source",
        `${resolution.message} Deploying builds it, which takes longer and runs its build on the data plane's machine; whether that works is not known.`,
        "Ask for a version that has a wheel, or put a wheel into your package index.",
      );
    case "unreachable":
      return finding(
        "warning",
        "The package index does not answer",
        resolution.message,
        "See that the data plane's machine reaches its package index (UV_DEFAULT_INDEX, proxies), then check again.",
      );
    case "timed out":
      return finding(
        "warning",
        "The requirements could not be resolved in time",
        `uv did not find an answer for Python ${python.found ?? python.wanted} within ${Math.max(1, Math.round(tookMs / 1000))} s. Deploying takes the time that it needs.`,
        "Check again: what uv has read so far is kept. Exact versions (package==1.2.3) resolve faster.",
      );
    case "not tried":
      return finding("warning", "The requirements were not resolved", resolution.message, null);
  }
}

function unsatisfiable({ leftOut }: EnvironmentCheck, message: string): PreflightFinding {
  if (leftOut.length === 0) {
    const remedy =
      "Correct the version's requirements and log it again, or add what is missing to your package index.";
    return finding("error", "The requirements cannot be met", message, remedy);
  }
  return finding(
    "warning",
    "The requirements cannot be met without their options",
    `${message} ${leftOutWords(leftOut)} Deploying obeys them, and may well find everything.`,
    null,
  );
}

function leftOutFinding({ leftOut }: EnvironmentCheck): PreflightFinding {
  return finding(
    "info",
    "Some lines of the requirements were left out",
    `${leftOutWords(leftOut)} Deploying obeys them.`,
    null,
  );
}

function leftOutWords(leftOut: readonly string[]): string {
  return `Options, paths and addresses are not followed by a check: ${leftOut.join("; ")}.`;
}
