/** Changes of a group's registry: what MLflow has at this moment, the writes, and a look afterwards so that lists show them. */
import type { GroupIndex } from "./indexing/group-index.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import { createMlflowWrites, type EditTarget, type MlflowWrites } from "./mlflow-writes.ts";
import { withoutSystemTags } from "./model-views.ts";
import { findVersion } from "./resolve.ts";
import type { Turns } from "./turns.ts";

/** What MLflow has. */
export interface CurrentState {
  description: string;
  /** Without those that MLflow sets for itself. */
  tags: Record<string, string>;
  /** What each alias of the model means. */
  aliases: Map<string, string>;
}

export interface RegistryEdits extends MlflowWrites {
  /** Asks MLflow itself. @throws AppError `model_not_found`, `model_version_not_found`, `mlflow_unreachable`. */
  current(target: EditTarget): Promise<CurrentState>;
  /** Brings the index up to date. @throws AppError `model_not_found`, `mlflow_unreachable`. */
  refresh(target: EditTarget): Promise<void>;
  /** Works on a model when what was asked for before, in this process, is done: nothing changes between its look and its write. */
  exclusively<Outcome>(name: string, work: () => Promise<Outcome>): Promise<Outcome>;
}

export interface EditPorts {
  reads: MlflowReads;
  index: GroupIndex;
  turns: Turns;
}

export function createRegistryEdits({ reads, index, turns }: EditPorts): RegistryEdits {
  return {
    ...createMlflowWrites(reads.client),
    async current({ name, version: number }) {
      const { model, version } =
        number === null
          ? { model: await reads.registeredModel(name), version: null }
          : await findVersion(reads, name, number);
      const { description, tags } = version ?? model;
      const aliases = new Map(model.aliases.map(({ alias, version }) => [alias, version]));
      return { description, tags: withoutSystemTags(tags), aliases };
    },
    async refresh({ name, version }) {
      await index.refreshModel(name);
      if (version !== null) await index.refreshVersion(name, version);
    },
    exclusively: (name, work) => turns(JSON.stringify([reads.client.trackingUri, name]), work),
  };
}
