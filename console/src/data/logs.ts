/** The log of a replica, followed live. */

import { useEffect, useReducer } from "react";
import { plainLine } from "#lib/format.ts";
import { ApiProblem, apiPath, send } from "./api.ts";
import type { DeploymentRef } from "./deployments.ts";

const TAIL_LINES = 2_000;
const LINES_MAX = 20_000;
const RECONNECT_MS = 2_000;

/** What is shown of a log. */
export interface ReplicaLog {
  lines: string[];
  state: "connecting" | "following" | "ended";
  problem: ApiProblem | null;
}

type LogChange =
  | { kind: "opened" }
  | { kind: "lines"; lines: string[] }
  | { kind: "closed"; problem: ApiProblem | null };

/** Follows a replica's log; begins anew when the stream breaks. */
export function useReplicaLog(deployment: DeploymentRef, replica: string, follow: boolean): ReplicaLog {
  const [log, dispatch] = useReducer(changeLog, { lines: [], state: "connecting", problem: null });
  const { group, id } = deployment;
  useEffect(() => {
    const stop = new AbortController();
    const path = `${apiPath`/groups/${group}/deployments/${id}/replicas/${replica}/logs`}?tail=${TAIL_LINES}&follow=${follow}`;
    void readForever({ path, follow, signal: stop.signal, dispatch });
    return () => stop.abort();
  }, [group, id, replica, follow]);
  return log;
}

interface Reading {
  path: string;
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

async function readOnce({ path, signal, dispatch }: Reading): Promise<ApiProblem | null> {
  try {
    const response = await send({ path, signal });
    if (response.body === null) return null;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    dispatch({ kind: "opened" });
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) dispatch({ kind: "lines", lines: lines.map(plainLine) });
    }
    if (rest !== "") dispatch({ kind: "lines", lines: [plainLine(rest)] });
    return null;
  } catch (thrown) {
    if (thrown instanceof ApiProblem) return thrown;
    return new ApiProblem("no_answer", 0, "The log stream broke off.");
  }
}

function changeLog(log: ReplicaLog, change: LogChange): ReplicaLog {
  switch (change.kind) {
    case "opened":
      return { lines: [], state: "following", problem: null };
    case "lines":
      return { ...log, lines: [...log.lines, ...change.lines].slice(-LINES_MAX) };
    case "closed":
      return { ...log, state: "ended", problem: change.problem };
  }
}
