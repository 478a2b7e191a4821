/** What a group runs and has measured of versions: one can sort and filter by it, and lists show it. */
import { benchmarkColumns } from "@slipway/contracts/api/benchmark";
import type { ModelVersion, RegistryVersion } from "@slipway/contracts/api/model";
import { type BenchmarkOutcome, measuredOf } from "#domain/benchmark.ts";
import type { DeployedVersion } from "#operations/deployments/deployed-by.ts";
import type { VersionContext } from "#registry/table/version-context.ts";
import type { ListedVersion } from "#registry/version-views.ts";

export interface VersionViews {
  context: VersionContext;
  /** A version out of the registry, with what the group knows of it; of what was measured the chosen columns only. */
  show(version: ListedVersion, columns: string[]): RegistryVersion;
}

export function createVersionViews(deployed: DeployedVersion[], outcomes: BenchmarkOutcome[]): VersionViews {
  const running = Map.groupBy(deployed, ({ modelName, modelVersion }) => versionKey(modelName, modelVersion));
  const known = new Map(outcomes.map((outcome) => [versionKey(outcome.modelName, outcome.version), outcome]));
  return {
    context: { deployed: [...running.values()].flatMap(toDeployed), measured: outcomes.flatMap(toMeasured) },
    show({ fingerprint, ...version }, columns) {
      const key = versionKey(version.name, version.version);
      const figures = figuresOf(known.get(key) ?? null, fingerprint);
      const chosen = Object.entries(figures).filter(([name]) => columns.includes(`benchmark.${name}`));
      return {
        ...version,
        deployedBy: (running.get(key) ?? []).map(({ id, name, status }) => ({ id, name, status })),
        benchmark: Object.fromEntries(chosen),
      };
    },
  };
}

/** The newest figures of just this version, as columns. */
export function figuresOf(outcome: BenchmarkOutcome | null, fingerprint: string): ModelVersion["benchmark"] {
  const measured = measuredOf(outcome, fingerprint);
  return measured === null ? {} : benchmarkColumns(measured.figures);
}

function versionKey(modelName: string, version: string): string {
  return JSON.stringify([modelName, version]);
}

function toDeployed(same: DeployedVersion[]): VersionContext["deployed"] {
  const [first] = same;
  if (first === undefined) return [];
  const { modelName, modelVersion } = first;
  return [{ modelName, number: Number(modelVersion), names: same.map(({ name }) => name) }];
}

function toMeasured({ modelName, version, measured }: BenchmarkOutcome): VersionContext["measured"] {
  if (measured === null) return [];
  const { fingerprint, figures } = measured;
  return [{ modelName, number: Number(version), fingerprint, figures: benchmarkColumns(figures) }];
}
