/** A proxy in front of a real MLflow, for tests: it counts, takes off a path prefix, demands credentials, narrows pages, refuses writes. */
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Proxy extends AsyncDisposable {
  url: string;
  /** Paths asked for, oldest first. */
  paths: string[];
}

interface ProxyOptions {
  /** A path prefix that the proxy takes off, as a reverse proxy does. */
  prefix?: string;
  /** `user:password` that it demands as HTTP Basic. */
  credentials?: string;
  /** Lowers every `max_results` of searches by GET, so that MLflow pages with few rows. */
  rowsPerPage?: number;
  /** Refuses all that is no read, or what of it goes to a path, as an account that may only read is refused. */
  refuseWrites?: { status: number; path?: RegExp };
  /** Paths that it does not let through, as a gateway in front of MLflow does. */
  hidden?: RegExp;
  /** Refuses what would change something, as MLflow does for an account that may only read. It can be switched. */
  readOnly?: boolean;
  /** Cuts the first connection that carries a request. */
  cutFirst?: boolean;
}

/** Starts a proxy in front of a real MLflow. */
export async function startProxy(target: string, options: ProxyOptions = {}): Promise<Proxy> {
  const { prefix = "", credentials, rowsPerPage, refuseWrites } = options;
  const paths: string[] = [];
  let cut = options.cutFirst !== true;
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", target);
    if (!cut) {
      cut = true;
      incoming.socket.destroy();
      return;
    }
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted && incoming.headers.authorization !== wanted) {
      outgoing.writeHead(401).end("who are you?");
      return;
    }
    const isRead = incoming.method === "GET" || url.pathname.endsWith("/search");
    if (refuseWrites && !isRead && (refuseWrites.path?.test(url.pathname) ?? true)) {
      outgoing.writeHead(refuseWrites.status).end("Permission denied");
      return;
    }
    if (!url.pathname.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404, { "content-type": "text/html" }).end("<h1>Not here</h1>");
      return;
    }
    url.pathname = url.pathname.slice(prefix.length);
    if (options.hidden?.test(url.pathname)) {
      outgoing.writeHead(404, { "content-type": "text/html" }).end("<h1>Not here</h1>");
      return;
    }
    if (rowsPerPage && url.searchParams.has("max_results")) {
      url.searchParams.set("max_results", String(rowsPerPage));
    }
    paths.push(url.pathname);
    if (options.readOnly && incoming.method !== "GET" && !url.pathname.endsWith("/search")) {
      outgoing.writeHead(403).end("Permission denied");
      return;
    }
    forward(incoming, url).then(
      ({ answer, body }) => outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(body),
      () => outgoing.destroy(),
    );
  });
  const url = `${await listen(server)}${prefix}`;
  return { url, paths, [Symbol.asyncDispose]: () => stop(server) };
}

async function forward(incoming: IncomingMessage, url: URL) {
  const body = await buffer(incoming);
  const { host: _, authorization: __, ...headers } = incoming.headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method: incoming.method, headers }, resolve).on("error", reject).end(body);
  });
  return { answer, body: await buffer(answer) };
}

/** Listens on a free port of this machine and tells the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Ends a server with all its connections. */
export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
