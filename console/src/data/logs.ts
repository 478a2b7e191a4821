/** Logs of a deployment: of all replicas together, of one, of a build; followed live. */
import { type LogFile, logFileSchema } from "@slipway/contracts/api/deployment";
import { useEffect, useReducer } from "react";
import { plainLine } from "#lib/format.ts";
import { type LogLine, parseLogLine } from "#lib/log-line.ts";
import { ApiProblem, send } from "./api.ts";
import { type DeploymentRef, deploymentPath, useDeploymentList } from "./deployments.ts";

const TAIL_LINES = 2_000;
const LINES_MAX = 20_000;
const RECONNECT_MS = 2_000;
const TOGETHER_LINES_MAX = 100_000;
const FILES_POLL_MS = 5_000;

/** The logs that are kept, also of dead replicas and of builds. */
export function useLogFiles(deployment: DeploymentRef) {
  return useDeploymentList(deployment, "log-files", logFileSchema, { pollMs: () => FILES_POLL_MS });
}

/** Where a log is read from; null is the log of all replicas together. */
function logPath(deployment: DeploymentRef, log: LogFile["name"] | null): string {
  const path = deploymentPath(deployment);
  return log === null ? `${path}/logs` : `${path}/replicas/${encodeURIComponent(log)}/logs`;
}

/** The address of a whole log as a file; of all together it is as much as one answer holds. */
export function logDownloadPath(deployment: DeploymentRef, log: LogFile["name"] | null): string {
  return `${logPath(deployment, log)}?${log === null ? `tail=${TOGETHER_LINES_MAX}` : "download=true"}`;
}

/** What is shown of a log. */
export interface ReadLog {
  lines: LogLine[];
  state: "connecting" | "following" | "ended";
  problem: ApiProblem | null;
}

type LogChange =
  | { kind: "opened" }
  | { kind: "lines"; lines: LogLine[] }
  | { kind: "closed"; problem: ApiProblem | null };

/** Reads the end of a log and follows it; begins anew when the stream breaks. */
export function useLog(deployment: DeploymentRef, log: LogFile["name"] | null, follow: boolean): ReadLog {
  const [read, dispatch] = useReducer(changeLog, { lines: [], state: "connecting", problem: null });
  const { group, id } = deployment;
  useEffect(() => {
    const stop = new AbortController();
    const path = `${logPath({ group, id }, log)}?tail=${TAIL_LINES}&follow=${follow}`;
    void readForever({ path, together: log === null, follow, signal: stop.signal, dispatch });
    return () => stop.abort();
  }, [group, id, log, follow]);
  return read;
}

interface Reading {
  path: string;
  together: boolean;
  follow: boolean;
  signal: AbortSignal;
  dispatch: (change: LogChange) => void;
}

async function readForever(reading: Reading): Promise<void> {
  while (!reading.signal.aborted) {
    const problem = await readOnce(reading);
    if (reading.signal.aborted) return;
    reading.dispatch({ kind: "closed", problem });
    if (!reading.follow || problem?.status === 404) return;
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

async function readOnce({ path, together, signal, dispatch }: Reading): Promise<ApiProblem | null> {
  function parse(line: string): LogLine {
    return parseLogLine(plainLine(line), together);
  }
  try {
    const response = await send({ path, signal });
    if (response.body === null) return null;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    dispatch({ kind: "opened" });
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) dispatch({ kind: "lines", lines: lines.map(parse) });
    }
    if (rest !== "") dispatch({ kind: "lines", lines: [parse(rest)] });
    return null;
  } catch (thrown) {
    if (thrown instanceof ApiProblem) return thrown;
    return new ApiProblem("no_answer", 0, "The log stream broke off.");
  }
}

function changeLog(log: ReadLog, change: LogChange): ReadLog {
  switch (change.kind) {
    case "opened":
      return { lines: [], state: "following", problem: null };
    case "lines":
      return { ...log, lines: [...log.lines, ...change.lines].slice(-LINES_MAX) };
    case "closed":
      return { ...log, state: "ended", problem: change.problem };
  }
}
