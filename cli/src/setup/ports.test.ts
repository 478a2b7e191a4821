import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { bindProblem, nextFreePort, requireFreePort } from "./ports.ts";

test("a taken port is refused with its owner and the variable that chooses another", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const refusal = requireFreePort("127.0.0.1", port, "SLIPWAY_PORT");
    await expect(refusal).rejects.toThrow(`Port ${port} is taken`);
    await expect(refusal).rejects.toThrow("SLIPWAY_PORT=");
    if (process.platform === "linux") await expect(refusal).rejects.toThrow(`process ${process.pid}`);
    expect(await nextFreePort("127.0.0.1", port)).not.toBe(port);
  } finally {
    server.close();
  }
});

test("an address that this machine has not is told apart from a taken port", async () => {
  await expect(requireFreePort("192.0.2.1", 18_099, "SLIPWAY_PORT")).rejects.toThrow("SLIPWAY_HOST");
});

test("a check leaves the port free", async () => {
  const port = await nextFreePort("127.0.0.1", 23_400);
  expect(await bindProblem("127.0.0.1", port)).toBeUndefined();
});
