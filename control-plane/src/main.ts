/** The control plane as a process: started by the supervisor or by hand, ended by a signal or by the supervisor's end. */
import { z } from "zod";
import { createConfig } from "#config/config.ts";
import { readEnvironment } from "#config/env.ts";
import { createLogger } from "#telemetry/logger.ts";
import { createContext } from "./context.ts";

/** After a stop was asked for, how long it may take before the process ends anyhow, in ms. */
const STOP_TIMEOUT_MS = 10_000;

const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("create-sign-in-token") }),
  z.object({ type: z.literal("set-up-done") }),
]);

const stop = new AbortController();
const environment = readEnvironment(process.env);
const logger = createLogger(environment.logLevel ?? "info");

function requestStop(): void {
  if (stop.signal.aborted) return;
  stop.abort();
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
}
process.once("SIGINT", requestStop);
process.once("SIGTERM", requestStop);
process.once("disconnect", requestStop);

try {
  const config = createConfig(environment);
  const context = await createContext(config, logger, () => {
    logger.info({ origin: config.origin }, "the control plane is listening");
    process.send?.({ type: "ready" });
  });
  process.on("message", (message) => {
    const parsed = messageSchema.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.type === "set-up-done") context.completeSetup();
    else {
      context.createSignInToken().then(
        (token) => process.send?.({ type: "sign-in-token", token }),
        (error: unknown) => logger.error({ err: error }, "could not make a sign-in token"),
      );
    }
  });
  await context.run(stop.signal);
  process.exitCode = 0;
} catch (error) {
  logger.fatal({ err: error }, "the control plane could not run");
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
