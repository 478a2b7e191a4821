/** A process that speaks HTTP for the data plane, one of several: started by `gateway/open-doors.ts` with `node:cluster`. */
import cluster from "node:cluster";
import { z } from "zod";
import { HttpDoor } from "#gateway/door.ts";
import { BodySpace } from "#gateway/read-body.ts";

const settingsSchema = z.object({
  SLIPWAY_DOOR_SOCKET: z.string(),
  SLIPWAY_DOOR_HOST: z.string(),
  SLIPWAY_DOOR_PORT: z.coerce.number().int(),
  SLIPWAY_DOOR_BODY_BYTES_MAX: z.coerce.number().int(),
  SLIPWAY_DOOR_BODIES_BYTES_MAX: z.coerce.number().int(),
});

const settings = settingsSchema.parse(process.env);
// The data plane decides when a door closes, also at Ctrl-C, which every process of a terminal gets.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());

const bodies = {
  bytesMax: settings.SLIPWAY_DOOR_BODY_BYTES_MAX,
  space: new BodySpace(settings.SLIPWAY_DOOR_BODIES_BYTES_MAX),
};
const door = await HttpDoor.open(settings.SLIPWAY_DOOR_SOCKET, bodies, () => process.exit(1));
door.server.listen({ host: settings.SLIPWAY_DOOR_HOST, port: settings.SLIPWAY_DOOR_PORT });
process.on("message", (message) => {
  if (message !== "close") return;
  door.server.close(() => cluster.worker?.disconnect());
  door.server.closeIdleConnections();
});
