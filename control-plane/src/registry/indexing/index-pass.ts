/**
 * The background work on one group's registry index, step by step: what MLflow updated comes first, then facts that nobody has read
 * yet, then a slow round through everything, which finds what MLflow does not date (tags of old versions, deletions).
 *
 * Each step costs MLflow one batch, and the pause after it keeps MLflow free for others: it is asked for no more than a set share of
 * the time.
 */
import type { RegistryModelRow } from "#store/registry-index-store.ts";
import type { GroupIndex } from "./group-index.ts";

/** How often MLflow is asked what it has updated, in ms. */
const POLL_MS = 3_000;
/** How often all models are listed, in ms. */
const LIST_MODELS_MS = 60_000;
/** How often all versions of a model are listed, in ms. */
const LIST_VERSIONS_MS = 10 * 60_000;
/** How often runs that go on are read again, in ms: many are called running for ever, because they crashed. */
const CHANGING_AGAIN_MS = 60_000;
/** The share of MLflow's time that may be used for what nobody has seen yet, and for looking again. */
const NEW_SHARE = 0.5;
const AGAIN_SHARE = 0.1;

export interface IndexPass {
  /** Does what is due most; returns after how many ms the next step is. @throws AppError `mlflow_unreachable`. */
  step(): Promise<number>;
}

export interface IndexPassPorts {
  index: GroupIndex;
  /** Drops the indexes of registries that the group is bound to no more. */
  dropOthers(): Promise<void>;
  /** A model that MLflow has updated since its versions were compared. */
  newestUncompared(): Promise<RegistryModelRow | undefined>;
  /** A model whose versions were not listed since then. */
  longestUnlisted(before: Date): Promise<RegistryModelRow | undefined>;
  now: () => Date;
}

export function createIndexPass(ports: IndexPassPorts): IndexPass {
  const { index, now } = ports;
  let polledAt = 0;
  let listedAt = now().getTime();

  /** Returns the share of MLflow's time that it may have taken; null when there was nothing to do. */
  async function work(): Promise<number | null> {
    const at = now().getTime();
    if (at - polledAt >= POLL_MS) {
      await index.refreshModels();
      polledAt = at;
      return NEW_SHARE;
    }
    const updated = await ports.newestUncompared();
    if (updated !== undefined) {
      await index.refreshVersions(updated);
      return NEW_SHARE;
    }
    const { versions, isNew } = await index.readFacts("all", CHANGING_AGAIN_MS);
    if (versions > 0) return isNew ? NEW_SHARE : AGAIN_SHARE;
    if (at - listedAt >= LIST_MODELS_MS) {
      await index.listModels();
      await ports.dropOthers();
      listedAt = at;
      return AGAIN_SHARE;
    }
    const old = await ports.longestUnlisted(new Date(at - LIST_VERSIONS_MS));
    if (old === undefined) return null;
    await index.listVersions(old);
    return AGAIN_SHARE;
  }

  return {
    async step() {
      const began = performance.now();
      const share = await work();
      if (share === null) return Math.max(0, polledAt + POLL_MS - now().getTime());
      return (performance.now() - began) * (1 / share - 1);
    },
  };
}
