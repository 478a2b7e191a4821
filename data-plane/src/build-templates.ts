/** The part of the composition that workers and templates are made from. */
import type { ProcessRecords } from "#agent/process-records.ts";
import { Templates } from "#agent/templates.ts";
import type { WorkerHost } from "#agent/worker-host.ts";
import type { Config } from "#config/config.ts";
import type { Logger } from "#telemetry/logger.ts";

/** Builds what workers and templates have in common, and the templates that workers are forked from. */
export function buildTemplates(
  { places, forWorkers, loadTimeoutMs, templates, templateIdleSeconds }: Config,
  { records, logger }: { records: ProcessRecords; logger: Logger },
): { host: WorkerHost; templates: Templates } {
  const host: WorkerHost = {
    workerFolder: places.worker,
    socketsFolder: places.workers,
    scratchFolder: places.scratch,
    environment: forWorkers,
    records,
    loadTimeoutMs,
    warn: (err) => logger.warn({ err }, "a worker's folder could not be removed"),
  };
  const enabled = templates === "on" && process.platform === "linux";
  const idleMs = templateIdleSeconds * 1000;
  return {
    host,
    templates: new Templates({ host, enabled, idleMs, startTimeoutMs: loadTimeoutMs, logger }),
  };
}
