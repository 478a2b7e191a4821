/** Servers that begin and end: on the endpoints' port, and on sockets of the file system. */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { connect, type ListenOptions } from "node:net";

/** True when somebody answers on a socket; the file of a killed data plane stays and answers nobody. */
export function isServed(path: string): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

export function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" && "port" in options;
      const advice = `Port ${options.port} of ${options.host} is taken. Free it, or set SLIPWAY_ENDPOINT_PORT to another one.`;
      reject(taken ? new Error(advice, { cause: error }) : error);
    });
    server.listen(options, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

/** The socket is made closed to everyone but its owner from its first moment. */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177);
  const listening = listen(server, { path });
  process.umask(before);
  await listening;
}

export function close(server: Server, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), waitMs).unref();
  });
}
