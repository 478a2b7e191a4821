/**
 * A worker that was forked from a template. It is no child of ours: it connects its standard streams to us over a Unix
 * socket, its template tells how it ended, and where that is gone we look ourselves.
 */
import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forEachLine } from "./line-splitter.ts";
import { isRunning, startMarkOf } from "./process-records.ts";
import { ForkError, type ForkedProcess, type Template } from "./template.ts";
import { afterLastLines, type Ending, type WorkerChild } from "./worker-child.ts";

/** Standard input, output and error, and the events. */
const STREAMS = [0, 1, 2, 3] as const;
type Streams = Record<(typeof STREAMS)[number], Socket>;
/** A fork takes milliseconds; the template may be importing what it has learned meanwhile. */
const FORK_TIMEOUT_MS = 15_000;
const LOOK_MS = 200;
/** The template tells how a child ended as soon as it looks up from what it does. */
const TOLD_MS = 3_000;

export interface ForkOptions {
  arguments: readonly string[];
  /** Where it lives; its connections to us are made there. */
  folder: string;
  socketFolder: string;
  environment: Record<string, string>;
}

/**
 * Forks a worker; `log` takes each line that it prints.
 * @throws ForkError when none came of it; nothing is left running then.
 */
export async function forkChild(
  template: Template,
  options: ForkOptions,
  log: (line: string) => void,
): Promise<WorkerChild> {
  await using listening = await listen(join(options.socketFolder, "io"));
  await template.imported;
  const deadline = AbortSignal.timeout(FORK_TIMEOUT_MS);
  const { environment, folder } = options;
  const order = { arguments: options.arguments, folder, streams: listening.path, environment };
  const forked = await template.fork(order, deadline);
  const streams = await Promise.race([
    listening.streams,
    forked.exited.then(() => null),
    once(deadline, "abort").then(() => null),
  ]);
  // Without its streams it ends by itself: there is nobody left to connect to.
  if (streams === null) throw new ForkError("the forked process did not connect");
  return asChild(forked, streams, log);
}

function asChild(forked: ForkedProcess, streams: Streams, log: (line: string) => void): WorkerChild {
  const { pid } = forked;
  const startMark = startMarkOf(pid) ?? "";
  for (const number of STREAMS) streams[number].on("error", () => streams[number].destroy());
  for (const number of [1, 2] as const) {
    forEachLine(streams[number], log);
    streams[number].resume();
  }
  // Our side stays open until it ends: that is how it knows that we live.
  streams[0].resume();
  const drained = Promise.all([closed(streams[1]), closed(streams[2]), closed(streams[3])]);
  const exited = untilGone(forked, startMark, closed(streams[0])).finally(() => streams[0].destroy());
  return {
    pid,
    events: streams[3],
    exited,
    closed: afterLastLines(
      exited,
      drained.then(() => undefined),
    ),
    kill: (signal) => {
      if (isRunning(pid, startMark)) kill(pid, signal);
    },
  };
}

/** The template tells; else the process is looked for once it has let go of its input, as its end makes it do. */
async function untilGone(
  forked: ForkedProcess,
  startMark: string,
  inputClosed: Promise<void>,
): Promise<Ending> {
  const told = forked.exited.then((ending) => ending ?? undefined);
  const toldOrLost = await Promise.race([told, inputClosed.then(() => undefined)]);
  if (toldOrLost !== undefined) return toldOrLost;
  while (isRunning(forked.pid, startMark)) await sleep(LOOK_MS);
  const unknown: Ending = { code: null, signal: null };
  return (await Promise.race([told, sleep(TOLD_MS, unknown)])) ?? unknown;
}

interface Listening extends AsyncDisposable {
  path: string;
  streams: Promise<Streams>;
}

/** Takes the connections of one child. Only its own user can reach the folder that the socket lies in. */
async function listen(path: string): Promise<Listening> {
  const server = createServer();
  const taken = new Map<number, Socket>();
  const streams = takeStreams(server, taken);
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o777);
  return {
    path,
    streams,
    async [Symbol.asyncDispose]() {
      server.close();
      if (taken.size < STREAMS.length) for (const socket of taken.values()) socket.destroy();
      await rm(path, { force: true });
    },
  };
}

/** Each connection says with its first byte which stream it is. */
function takeStreams(server: Server, taken: Map<number, Socket>): Promise<Streams> {
  return new Promise((resolve) => {
    server.on("connection", (socket) => {
      socket.once("data", (chunk: Buffer) => {
        socket.pause();
        taken.set(Number(chunk.toString("latin1", 0, 1)), socket);
        if (chunk.length > 1) socket.unshift(chunk.subarray(1));
        const [input, output, error, events] = STREAMS.map((number) => taken.get(number));
        if (input && output && error && events) resolve({ 0: input, 1: output, 2: error, 3: events });
      });
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

function kill(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the two looks.
  }
}
