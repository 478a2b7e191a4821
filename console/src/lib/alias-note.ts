/** What an update to a version means for a deployment that was made from an alias. */
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import type { VersionChoice } from "./version-choice.ts";

export interface AliasNote {
  words: string;
  /** The URI that keeps the alias, where it means the version already. */
  keepingUri: string | null;
}

const POLICY_WORDS: Record<NonNullable<DeploymentSummary["alias"]>["policy"], string> = {
  pin: "stays where it is when the alias moves",
  notify: "says so when the alias moves",
  "roll-out": "rolls out what the alias moves to",
};

/** Null where the deployment was made from a version. */
export function aliasNote(
  { alias, modelName }: Pick<DeploymentSummary, "alias" | "modelName">,
  { name, version }: VersionChoice,
): AliasNote | null {
  if (alias === null) return null;
  const at = `@${alias.name}`;
  const now = `It was made from ${at} and ${POLICY_WORDS[alias.policy]}.`;
  if (name === modelName && alias.version === version)
    return {
      words: `${now} ${at} means version ${version} already: update to the alias, and it stays with it.`,
      keepingUri: `models:/${name}@${alias.name}`,
    };
  const means = alias.version === null ? "" : ` (it means version ${alias.version})`;
  const instead =
    name !== modelName
      ? ""
      : alias.policy === "roll-out"
        ? ` To let it follow, move ${at} to version ${version} instead.`
        : ` To keep the alias, move ${at} to version ${version} and update to the alias.`;
  return { words: `${now} An update to a version number leaves ${at}${means}.${instead}`, keepingUri: null };
}
