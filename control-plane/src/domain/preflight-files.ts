/** Whether a version is registered to the end and its files are there. Pure. */
import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import { findingsOf } from "./preflight-finding.ts";
import { namedPaths, type VersionFacts } from "./version-facts.ts";

const finding = findingsOf("files");

const AGAIN = "Log the model again and register the new version: its files were deleted, or never uploaded.";
const LATER = "Look at MLflow's log and its artifact store, then check again.";
const NAMES_SHOWN_MAX = 5;

/** Whether MLflow is done with it. */
export function statusFinding({ status, statusMessage }: VersionFacts): PreflightFinding {
  if (status === "READY") {
    return {
      check: "status",
      level: "ok",
      title: "It is registered",
      detail: "MLflow has the version as READY.",
      remedy: null,
    };
  }
  return {
    check: "status",
    level: "error",
    title: "It is not registered to the end",
    detail: `MLflow has the version as ${status}${statusMessage === "" ? "" : `: ${statusMessage}`}.`,
    remedy: "Wait until it is READY, or register it again.",
  };
}

/** Whether what is needed to load it can be fetched. */
export function fileFindings(version: VersionFacts): PreflightFinding[] {
  const { mlmodel } = version;
  switch (mlmodel.state) {
    case "missing":
      return [
        finding("error", "MLmodel is missing", "Without this file nothing tells how to load it.", AGAIN),
      ];
    case "unreadable":
      return [finding("warning", "MLmodel could not be read", mlmodel.why, LATER)];
    case "read":
      return [dataFinding(version, namedPaths(mlmodel.content)), ...requirementsFinding(version)];
  }
}

function dataFinding({ listing }: VersionFacts, named: readonly string[]): PreflightFinding {
  if (listing === null) {
    return finding(
      "info",
      "The other files could not be checked",
      `MLmodel is there; MLflow does not list what lies beside it${named.length === 0 ? "" : ` (${some(named)})`}.`,
      null,
    );
  }
  const paths = listing.files.map(({ path }) => path);
  const absent = named.filter((name) => !paths.some((path) => path === name || path.startsWith(`${name}/`)));
  if (absent.length === 0) {
    const count = listing.complete ? String(paths.length) : `more than ${paths.length}`;
    const detail = `${count} files, among them ${some(["MLmodel", ...named])}.`;
    return finding("ok", "Its files are there", detail, null);
  }
  if (!listing.complete) {
    const detail = `There are too many files to look at them all; not found so far: ${some(absent)}.`;
    return finding("info", "Not all files could be checked", detail, null);
  }
  const verb = absent.length === 1 ? "is" : "are";
  return finding(
    "error",
    `${absent.length === 1 ? "A file is" : `${absent.length} files are`} missing`,
    `MLmodel names ${some(absent)}, which ${verb} not among the version's files.`,
    AGAIN,
  );
}

function requirementsFinding({ requirements }: VersionFacts): PreflightFinding[] {
  if (requirements.state !== "missing") return [];
  return [
    finding(
      "warning",
      "It has no requirements",
      "There is no requirements.txt and no list in conda.yaml: only MLflow itself would be installed.",
      "Log the model with pip_requirements=[…], or let MLflow infer them.",
    ),
  ];
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  const more = names.length - NAMES_SHOWN_MAX;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
