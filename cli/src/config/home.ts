/** Where things are: in the repository, and under `SLIPWAY_HOME`. */
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The root of the checkout that this file belongs to. */
export const repositoryRoot: string = join(import.meta.dirname, "..", "..", "..");

export interface HomePaths {
  home: string;
  run: string;
  logs: string;
  tools: string;
  mlflow: string;
  /** uv's download cache, shared with the data plane so that a package is fetched once. */
  uvCache: string;
}

/** The folders of a home that the CLI itself uses. */
export function homePaths(home: string): HomePaths {
  return {
    home,
    run: join(home, "run"),
    logs: join(home, "logs"),
    tools: join(home, "tools"),
    mlflow: join(home, "mlflow"),
    uvCache: join(home, "data-plane", "uv-cache"),
  };
}

/**
 * Makes the folders of a home. Run by root, the home itself may be passed through by others (not listed), because
 * PostgreSQL and the workers then run as other users; what is private has its own mode.
 */
export function makeHome(home: string): HomePaths {
  const paths = homePaths(home);
  mkdirSync(home, { recursive: true });
  if (process.getuid?.() === statSync(home).uid) chmodSync(home, process.getuid() === 0 ? 0o711 : 0o700);
  mkdirSync(paths.run, { recursive: true, mode: 0o711 });
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  return paths;
}
