/** The private interface's routes of logs: one log, all of a deployment together, the list of what is kept. */
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LogFile } from "@slipway/contracts/api/deployment";
import { AppError } from "@slipway/contracts/errors";
import { z } from "zod";
import type { Logger } from "#telemetry/logger.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { callerGone, json, parse } from "./private-call.ts";

interface Reading {
  tail: number;
  follow: boolean;
  signal: AbortSignal;
}

/** What the routes need of the agent's logs. */
export interface LogPorts {
  list: (id: string) => Promise<LogFile[]>;
  /** Undefined when there is no such log. */
  read: (id: string, name: string, reading: Reading) => Promise<Readable | undefined>;
  readWhole: (id: string, name: string) => Promise<Readable | undefined>;
  readTogether: (id: string, reading: Reading) => Promise<Readable>;
}

/** Which log a path means, or which list. */
interface LogRoute {
  of: "files" | "logs";
  id: string;
  /** Null: all logs of the deployment. */
  name: string | null;
}

const ID = "([a-z0-9-]{1,63})";
const ROUTE = new RegExp(`^/deployments/${ID}/(?:(log-files)|(?:replicas/([A-Za-z0-9-]{1,63})/)?logs)$`);

const flag = z.stringbool().default(false);
const logQuery = z.object({
  tail: z.coerce.number().int().min(0).max(100_000).default(2_000),
  follow: flag,
  download: flag,
});

/** What a path asks of the logs; undefined when it is not about logs. */
export function logRouteOf(path: string): LogRoute | undefined {
  const [, id, files, name] = ROUTE.exec(path) ?? [];
  return id === undefined
    ? undefined
    : { of: files === undefined ? "logs" : "files", id, name: name ?? null };
}

/** Answers one call. @throws AppError `replica_not_found`, `invalid_request`. */
export async function answerLogs(
  { logs, logger }: { logs: LogPorts; logger: Logger },
  call: LogRoute & { query: unknown; exchange: HttpExchange },
): Promise<void> {
  const { id, name, exchange } = call;
  const { response } = exchange;
  if (call.of === "files") return json(exchange, await logs.list(id));
  const { download, ...range } = parse(logQuery, call.query);
  const reading = { ...range, signal: callerGone(response) };
  const log = await openLog(logs, id, name, download ? "whole" : reading);
  if (log === undefined) {
    throw new AppError(
      "replica_not_found",
      "There is no log of that name: it never was, or is no longer kept. List the deployment's log files.",
    );
  }
  exchange.begin(200, "text/plain; charset=utf-8");
  // A log without a line yet shall not look like a connection that hangs.
  response.flushHeaders();
  await pipeline(log, response).catch((err: unknown) => {
    if (!reading.signal.aborted) logger.warn({ err }, "a log could not be read to its end");
    response.destroy();
  });
}

async function openLog(
  logs: LogPorts,
  id: string,
  name: string | null,
  reading: Reading | "whole",
): Promise<Readable | undefined> {
  if (name !== null) return reading === "whole" ? logs.readWhole(id, name) : logs.read(id, name, reading);
  if (reading !== "whole") return logs.readTogether(id, reading);
  throw new AppError("invalid_request", "Logs are downloaded one by one.");
}
