/** Starts the doors before the gateway (`doors.ts`), keeps them running, and ends them. */
import cluster, { type Address, type Worker } from "node:cluster";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Logger } from "#telemetry/logger.ts";
import { createDoorServer } from "./doors.ts";
import { type GatewayOptions, respond } from "./gateway.ts";

export interface DoorOptions {
  count: number;
  host: string;
  port: number;
  /** Where doors reach the gateway: a path that only Slipway's own user can open. */
  socketPath: string;
  bodyBytesMax: number;
  /** Of all doors together. */
  bodiesBytesMax: number;
  logger: Logger;
}

export interface OpenDoors {
  address: Address;
  /** Takes no more requests; resolves when the last is answered, at the latest after `waitMs`. */
  close: (waitMs: number) => Promise<void>;
}

/** A door that fails at once is not started anew in a tight loop. */
const RESTART_MS = 1_000;

/** Resolves once all doors listen. */
export async function openDoors(gateway: GatewayOptions, options: DoorOptions): Promise<OpenDoors> {
  const { count, host, port, socketPath, bodyBytesMax, bodiesBytesMax, logger } = options;
  await rm(socketPath, { force: true });
  const server = createDoorServer((exchange) => void respond(gateway, exchange));
  const before = process.umask(0o177);
  server.listen(socketPath);
  process.umask(before);
  await once(server, "listening");
  cluster.setupPrimary({ exec: resolve(import.meta.dirname, "../door-main.ts") });
  let closing = false;
  const start = async (): Promise<Address> => {
    const door = cluster.fork({
      SLIPWAY_DOOR_SOCKET: socketPath,
      SLIPWAY_DOOR_HOST: host,
      SLIPWAY_DOOR_PORT: String(port),
      SLIPWAY_DOOR_BODY_BYTES_MAX: String(bodyBytesMax),
      SLIPWAY_DOOR_BODIES_BYTES_MAX: String(Math.ceil(bodiesBytesMax / count)),
    });
    door.once("exit", (code, signal) => {
      if (closing) return;
      logger.error({ code, signal }, "a door has ended; it is started again");
      setTimeout(
        () => void start().catch((err: unknown) => logger.error({ err }, "a door did not open")),
        RESTART_MS,
      );
    });
    const [address] = await Promise.race([once(door, "listening"), endedEarly(door)]);
    return address;
  };
  const address = await start();
  await Promise.all(Array.from({ length: count - 1 }, start));
  return {
    address,
    async close(waitMs) {
      closing = true;
      await closeDoors(waitMs);
      server.close();
      await rm(socketPath, { force: true });
    },
  };
}

async function closeDoors(waitMs: number): Promise<void> {
  const doors = Object.values(cluster.workers ?? {}).filter((door) => door !== undefined);
  await Promise.all(
    doors.map(async (door) => {
      const ended = once(door, "exit");
      door.send("close");
      const force = setTimeout(() => door.process.kill("SIGKILL"), waitMs);
      await ended;
      clearTimeout(force);
    }),
  );
}

async function endedEarly(door: Worker): Promise<never> {
  const [code, signal] = await once(door, "exit");
  throw new Error(`A process that should speak HTTP ended at once: ${code ?? signal}.`);
}
