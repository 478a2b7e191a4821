/** The endpoints' port: in this process, or in as many others as were asked for. */
import type { Config } from "#config/config.ts";
import { createGateway, type GatewayOptions } from "#gateway/gateway.ts";
import { openDoors } from "#gateway/open-doors.ts";
import { close, listen } from "./listening.ts";

/** At a stop, requests in flight get this long; the supervisor does not wait for ever. */
export const STOP_DRAIN_MS = 5_000;
/** All bodies larger than a few kB that are held at the same time, together. */
export const BODIES_BYTES_MAX = 1024 ** 3;

/** Opens it; `close` takes no more requests and waits for the last answers. */
export async function openEntrance(options: GatewayOptions, config: Config) {
  const { host, endpointPort: port, gatewayProcesses: count, bodyBytesMax, places } = config;
  if (count > 1) {
    const { logger } = options;
    const bodiesBytesMax = BODIES_BYTES_MAX;
    const socketPath = places.doors;
    const doors = await openDoors(options, {
      count,
      host,
      port,
      socketPath,
      bodyBytesMax,
      bodiesBytesMax,
      logger,
    });
    return { address: doors.address, close: () => doors.close(STOP_DRAIN_MS) };
  }
  const gateway = createGateway(options);
  await listen(gateway, { host, port });
  return { address: gateway.address(), close: () => close(gateway, STOP_DRAIN_MS) };
}
