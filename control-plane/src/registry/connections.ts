/** Connections to MLflow servers: a pool per origin, apart for those whose certificate goes unchecked. */
import { Agent, type Dispatcher } from "undici";

export interface Timeouts {
  connectMs: number;
  /** Until the answer begins, and between its pieces. */
  answerMs: number;
  /** The whole exchange. */
  wholeMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, answerMs: 30_000, wholeMs: 60_000 };

const CONNECTIONS_MAX = 8;
const DOWNLOADS_MAX = 32;

export interface Connections {
  readonly timeouts: Timeouts;
  dispatcher(insecureTls: boolean): Dispatcher;
  /** For files that take as long as their reader does, so that slow readers hold up nothing but one another. */
  downloads(insecureTls: boolean): Dispatcher;
  close(): Promise<void>;
}

/** Opens no connection by itself. */
export function createConnections(timeouts: Timeouts): Connections {
  const agent = (connections: number, rejectUnauthorized: boolean) =>
    new Agent({
      connections,
      connect: { timeout: timeouts.connectMs, rejectUnauthorized },
      headersTimeout: timeouts.answerMs,
      bodyTimeout: timeouts.answerMs,
      keepAliveTimeout: 10_000,
    });
  const checked = agent(CONNECTIONS_MAX, true);
  const unchecked = agent(CONNECTIONS_MAX, false);
  const checkedDownloads = agent(DOWNLOADS_MAX, true);
  const uncheckedDownloads = agent(DOWNLOADS_MAX, false);
  return {
    timeouts,
    dispatcher: (insecureTls) => (insecureTls ? unchecked : checked),
    downloads: (insecureTls) => (insecureTls ? uncheckedDownloads : checkedDownloads),
    async close() {
      const agents = [checked, unchecked, checkedDownloads, uncheckedDownloads];
      await Promise.all(agents.map((each) => each.destroy()));
    },
  };
}
