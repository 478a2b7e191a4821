/** Calls of the data plane's private interface, on its Unix socket (`contracts/src/data-plane-api.ts`). */
import { AppError } from "@slipway/contracts/errors";
import { Client, type Dispatcher } from "undici";
import type { z } from "zod";

/** Creates the calls; nothing is connected before the first. Each throws AppError `data_plane_unreachable`. */
export function createPrivateCalls(socketPath: string) {
  const connect = { socketPath, timeout: 2_000 };
  // Long polls, predictions and logs may each occupy a connection for long, so every call has its own.
  async function call(options: Omit<Dispatcher.RequestOptions, "origin">): Promise<Dispatcher.ResponseData> {
    const client = new Client("http://data-plane", { connect, pipelining: 1 });
    try {
      const response = await client.request(options);
      response.body.once("close", () => void client.close().catch(() => client.destroy()));
      return response;
    } catch (error) {
      await client.destroy();
      throw unreachable(error);
    }
  }

  /** Asks for facts, which are JSON; with a body it is one that no query could hold. */
  async function read<Schema extends z.ZodType>(
    schema: Schema,
    options: Omit<Dispatcher.RequestOptions, "origin" | "method">,
  ): Promise<z.output<Schema>> {
    const method = options.body === undefined ? "GET" : "POST";
    const response = await call({ ...options, method });
    if (response.statusCode !== 200)
      throw unreachable(new Error(`${method} ${options.path} answered ${response.statusCode}`));
    const text = await response.body.text().catch((cause: unknown) => Promise.reject(unreachable(cause)));
    return schema.parse(JSON.parse(text));
  }

  return { call, read };
}

/** What a caller is told when the data plane does not answer, or not as it should. */
export function unreachable(cause: unknown): AppError {
  return new AppError(
    "data_plane_unreachable",
    "The data plane does not answer. It is restarted by itself; if this stays, see the data plane's log.",
    { cause },
  );
}
