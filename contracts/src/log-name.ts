/** The names of logs: `r<revision>-<index>` of a replica, `build-<revision>` of what was built for a revision. */
import type { LogFile } from "./api/deployment.ts";

const LOG_NAME = /^(?:r(\d{1,9})-\d{1,9}|build-(\d{1,9}))$/;

/** What a log's name says; undefined when it is no log's name. Such a name is safe as the name of a file. */
export function parseLogName(name: string): Pick<LogFile, "kind" | "revision"> | undefined {
  const found = LOG_NAME.exec(name);
  if (found === null) return undefined;
  const [, replicaOf, buildOf] = found;
  return { kind: buildOf === undefined ? "replica" : "build", revision: Number(replicaOf ?? buildOf) };
}

/** The name of the log of a revision's download and environment. */
export function buildLogName(revision: number): string {
  return `build-${revision}`;
}
