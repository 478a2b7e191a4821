/** What a change in MLflow does to a deployment, in words. Pure. */
import type { AliasFollower } from "./alias.ts";

/** Of an alias that moves to a version, or goes (null). Null where nothing happens to the deployment that was made from it. */
export function effectOfAlias(
  { desired, alias, policy, newestVersion }: Omit<AliasFollower, "fact">,
  version: string | null,
): string | null {
  if (version === null) {
    return policy === "pin"
      ? `What it serves stays; it cannot be updated from @${alias} any more.`
      : `What it serves stays; it follows nothing until @${alias} is set again.`;
  }
  switch (policy) {
    case "pin":
      return null;
    case "notify":
      return `Its timeline tells that @${alias} is version ${version}; nothing is rolled out.`;
    case "roll-out":
      if (version === newestVersion) return `It has version ${version} already; nothing is rolled out.`;
      return desired === "running"
        ? `Version ${version} is rolled out in place of version ${newestVersion}, once the alias stays there.`
        : `It is stopped; once it is started, version ${version} is rolled out.`;
  }
}

/** Of a version that it serves, or that its newest revision asks for, and that is deleted. */
export function effectOfDeletion(
  version: string,
  { desired, serves }: Pick<AliasFollower, "desired"> & { serves: boolean },
): string {
  if (desired !== "running") {
    return `It is stopped, and cannot be started with version ${version} once its files have left the cache.`;
  }
  return serves
    ? `It goes on serving version ${version}; a restart elsewhere cannot download it.`
    : `It is to serve version ${version}, which then cannot be downloaded any more.`;
}
