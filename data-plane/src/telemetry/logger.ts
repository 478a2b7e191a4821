/** The structured log of the data plane: JSON lines on standard output. Bodies, tokens and variables are never logged. */
import { type Logger, pino } from "pino";

export type { Logger };

/** Makes the process's logger. */
export function createLogger(level: string): Logger {
  return pino({ level, base: { plane: "data" }, timestamp: pino.stdTimeFunctions.isoTime });
}
