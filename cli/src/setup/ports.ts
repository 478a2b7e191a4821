/** Checks before anything starts that a port can be had, and names who has it if not. */
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { commandLine } from "#supervisor/process-table.ts";
import { Refusal } from "#terminal/refusal.ts";

const LISTENING = "0A";

/**
 * Makes sure that `port` of `host` is free.
 * @throws Refusal naming the process that has it, where the system tells, and the variable that chooses another.
 */
export async function requireFreePort(host: string, port: number, variable: string): Promise<void> {
  const problem = await bindProblem(host, port);
  if (problem === undefined) return;
  if (problem === "EADDRINUSE") {
    const owner = portOwner(port);
    throw new Refusal(
      `Port ${port} is taken${owner === undefined ? "" : ` by ${owner}`}. ` +
        `Stop that, or choose another port with ${variable}, e.g. ${variable}=${port + 1000}.`,
    );
  }
  if (problem === "EADDRNOTAVAIL" || problem === "ENOTFOUND") {
    throw new Refusal(`This machine has no address '${host}'. Set SLIPWAY_HOST to one that it has.`);
  }
  if (problem === "EACCES") {
    throw new Refusal(`Port ${port} may not be used by this user. Choose one above 1023 with ${variable}.`);
  }
  throw new Refusal(`Port ${port} of ${host} cannot be used (${problem}). Choose another with ${variable}.`);
}

/** The first free port from `first` on. */
export async function nextFreePort(host: string, first: number): Promise<number> {
  for (let port = first; port < first + 200; port += 1) {
    if ((await bindProblem(host, port)) === undefined) return port;
  }
  throw new Refusal(`None of the ports ${first} to ${first + 199} is free.`);
}

/** Why a port cannot be bound, as the system's error code. */
export async function bindProblem(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}

/** The process that listens on `port`, e.g. `process 812 (python3 -m http.server)`; only Linux tells, and only of what one may see. */
function portOwner(port: number): string | undefined {
  try {
    const inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(table, port));
    const pid = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .find((name) => socketsOf(name).some((inode) => inodes.includes(inode)));
    if (pid === undefined) return undefined;
    const words = commandLine(Number(pid))?.slice(0, 3).join(" ");
    return `process ${pid}${words ? ` (${words})` : ""}`;
  } catch {
    return undefined; // no /proc: the message does without the name
  }
}

function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  return readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${hexPort}`))
    .map((fields) => fields[9] ?? "");
}

function socketsOf(pid: string): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkTarget(`${folder}/${fd}`))?.[1] ?? "",
    );
  } catch {
    return []; // another user's process, or one that has just ended
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // closed between two looks
  }
}
