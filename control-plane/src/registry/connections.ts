/** Kept-alive connections to MLflow servers: a pool per origin, apart for those whose certificate goes unchecked. */
import { Agent, type Dispatcher } from "undici";

export interface Timeouts {
  connectMs: number;
  /** Until the answer begins, and between its pieces. */
  answerMs: number;
  /** The whole exchange. */
  wholeMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, answerMs: 30_000, wholeMs: 60_000 };

export interface Connections {
  readonly timeouts: Timeouts;
  dispatcher(insecureTls: boolean): Dispatcher;
  close(): Promise<void>;
}

/** Opens no connection by itself. */
export function createConnections(timeouts: Timeouts): Connections {
  const agent = (rejectUnauthorized: boolean) =>
    new Agent({
      connections: 8,
      connect: { timeout: timeouts.connectMs, rejectUnauthorized },
      headersTimeout: timeouts.answerMs,
      bodyTimeout: timeouts.answerMs,
      keepAliveTimeout: 10_000,
    });
  const checked = agent(true);
  const unchecked = agent(false);
  return {
    timeouts,
    dispatcher: (insecureTls) => (insecureTls ? unchecked : checked),
    async close() {
      await Promise.all([checked.destroy(), unchecked.destroy()]);
    },
  };
}
