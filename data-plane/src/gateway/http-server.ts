/** The HTTP server of endpoints, with its time limits. */
import { createServer, type RequestListener, type Server } from "node:http";

const HEADERS_TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Makes the server; the caller lets it listen and closes it. */
export function createHttpServer(answer: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: UPLOAD_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
    },
    answer,
  );
  // A caller that asks before it sends is told of a refusal without sending anything.
  server.on("checkContinue", answer);
  return server;
}
