/**
 * Where replicas run. The interface is small, so that the same spec, URL, tokens and history can move between kinds:
 * apply assignments, observe, predict for the playground, read logs.
 */
import type { Readable } from "node:stream";
import type { LogFile } from "@slipway/contracts/api/deployment";
import type { Assignments } from "@slipway/contracts/assignment";
import type { EnvironmentCheck, EnvironmentCheckRequest } from "@slipway/contracts/environment-check";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Minutes, Observations } from "@slipway/contracts/observation";

export interface RuntimeAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

/** What to read of a deployment's logs. */
export type LogChoice =
  | { kind: "one"; name: string; tail: number; follow: boolean }
  | { kind: "together"; tail: number; follow: boolean }
  | { kind: "whole"; name: string };

export interface Runtime {
  /**
   * Makes `assignments` the whole intent of the runtime; returns once it is kept across a restart.
   * @throws AppError `data_plane_unreachable`.
   */
  apply(assignments: Assignments): Promise<void>;

  /**
   * Waits until something has changed since `after`, at most `waitMs`, and tells what runs.
   * @throws AppError `data_plane_unreachable`.
   */
  observe(after: number | null, waitMs: number, signal?: AbortSignal): Promise<Observations>;

  /**
   * What revisions did in the minutes that began after a time, of the last two hours and up to now; of one deployment or of all.
   * @throws AppError `data_plane_unreachable`.
   */
  minutes(after: Date | null, id?: DeploymentId): Promise<Minutes>;

  /** Sends one scoring request without a client token. Answers of the endpoint, also bad ones, are returned as they are. */
  predict(id: DeploymentId, body: Readable, contentType: string): Promise<RuntimeAnswer>;

  /**
   * Streams the newest lines of one log, or of all of the deployment by time, and what follows when asked; or one log whole.
   * Each line begins with its UTC time; together, the log's name comes next.
   * @throws AppError `replica_not_found`, `data_plane_unreachable`.
   */
  logs(id: DeploymentId, which: LogChoice, signal: AbortSignal): Promise<Readable>;

  /** The logs that are kept of a deployment, also of dead replicas and of builds; changed last first. */
  logFiles(id: DeploymentId): Promise<LogFile[]>;

  /**
   * Whether an environment could be made, found out without building one and within the request's `timeoutMs`.
   * @throws AppError `data_plane_unreachable`.
   */
  checkEnvironment(request: EnvironmentCheckRequest): Promise<EnvironmentCheck>;
}
