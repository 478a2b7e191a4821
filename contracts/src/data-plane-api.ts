/**
 * The private HTTP interface of the data plane, on a Unix socket that only Slipway's own user can open.
 *
 * | path | does |
 * |---|---|
 * | `PUT /assignments` | takes {@link Assignments}; answers 204 once they are on disk |
 * | `GET /observations?after=&waitMs=` | long poll, answers {@link Observations} |
 * | `GET /minutes?after=&deployment=` | answers {@link Minutes}: what revisions did, minute by minute |
 * | `POST /deployments/{id}/invocations` | a prediction without a client token, for the playground |
 * | `GET /deployments/{id}/log-files` | answers a list of {@link LogFile}: every log that is kept, changed last first |
 * | `GET /deployments/{id}/logs?tail=&follow=` | text, streamed: all logs by time, each line `<time> <name> <text>` |
 * | `GET /deployments/{id}/replicas/{name}/logs?tail=&follow=&download=` | text, streamed: one log by its name (`log-name.ts`) |
 * | `POST /environment-checks` | answers {@link EnvironmentCheck}: whether an environment could be made; nothing is built |
 * | `GET /healthz` | 200 |
 */
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `sun_path` of Linux and macOS hold 108 and 104 bytes with the closing zero. */
const SOCKET_PATH_BYTES_MAX = 100;

/**
 * A folder for Unix sockets that belongs to `home`: inside it when the path is short enough, else under the system's
 * temporary folder with a name made from `home`.
 */
export function socketFolder(home: string): string {
  const inside = join(home, "run");
  if (Buffer.byteLength(join(inside, "workers", "x".repeat(32))) <= SOCKET_PATH_BYTES_MAX) return inside;
  const digest = createHash("sha256").update(home).digest("hex").slice(0, 12);
  return join(tmpdir(), `slipway-${digest}`);
}

/** Where the data plane of `home` listens for its control plane. */
export function dataPlaneSocket(home: string): string {
  return join(socketFolder(home), "data-plane.sock");
}
