/** The part of the composition that workers and templates are made from. */
import type { ProcessRecords } from "#agent/process-records.ts";
import { Templates } from "#agent/templates.ts";
import type { WorkerHost } from "#agent/worker-host.ts";
import type { Config } from "#config/config.ts";
import type { Logger } from "#telemetry/logger.ts";

/** What workers and templates have in common. */
export function workerHost(
  { places, forWorkers, loadTimeoutMs }: Config,
  { records, logger }: { records: ProcessRecords; logger: Logger },
): WorkerHost {
  return {
    workerFolder: places.worker,
    socketsFolder: places.workers,
    scratchFolder: places.scratch,
    environment: forWorkers,
    records,
    loadTimeoutMs,
    warn: (err) => logger.warn({ err }, "a worker's folder could not be removed"),
  };
}

/** Builds the processes that workers are forked from. */
export function buildTemplates(
  config: Config,
  { host, logger }: { host: WorkerHost; logger: Logger },
): Templates {
  return new Templates({
    host,
    enabled: config.templates === "on" && process.platform === "linux",
    idleMs: config.templateIdleSeconds * 1000,
    startTimeoutMs: config.loadTimeoutMs,
    logger,
  });
}
