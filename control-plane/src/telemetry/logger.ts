/** The structured log of the control plane: JSON lines on standard output, secrets redacted. */
import { type Logger, pino } from "pino";

export type { Logger };

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: { plane: "control" },
    redact: {
      paths: [
        "req.headers.authorization",
        "req.headers.cookie",
        "password",
        "token",
        "*.password",
        "*.token",
      ],
      censor: "[redacted]",
    },
    serializers: { err: serialiseError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** The parameters of a failed statement may be secrets (hashes, sealed values), so they are cut off. */
function serialiseError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cut = (text: string | undefined) => text?.replace(/\nparams: [^\n]*/g, "");
  return {
    type: error.name,
    message: cut(error.message),
    stack: cut(error.stack),
    ...("code" in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: serialiseError(error.cause) }),
  };
}
