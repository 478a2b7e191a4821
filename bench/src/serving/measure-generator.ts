/** What the load generator itself can do: the same load against a server that does nothing. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sendLoad } from "#load/wrk.ts";
import { type Bench, preparedModel } from "./bench.ts";

const CALLERS = 64;
const SECONDS = 2;

/** Measures once. */
export async function measureGenerator(bench: Bench): Promise<void> {
  const { measured, terminal, signal } = bench;
  if (measured.of("generator").length > 0) return;
  await terminal.step("Load generator alone", async (step) => {
    await using server = await startEmptyServer();
    const model = preparedModel(bench, "logistic");
    const load = await sendLoad(
      {
        url: server.url,
        headers: { "Content-Type": "application/json" },
        bodies: { folder: model.bodiesFolder(1, "mlflow"), count: model.answers(1).length, framed: false },
        callers: CALLERS,
        seconds: SECONDS,
      },
      signal,
    );
    const perSecond = load.served / load.seconds;
    const cpuUsPerRequest = (load.generatorCpuMs * 1000) / load.served;
    measured.add({ kind: "generator", callers: CALLERS, perSecond, cpuUsPerRequest });
    step.note(`${perSecond.toFixed(0)} requests/s, ${cpuUsPerRequest.toFixed(0)} µs each`);
  });
}

/** In this process, which does nothing else meanwhile. */
async function startEmptyServer(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end('{"predictions": [0]}');
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/invocations`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
