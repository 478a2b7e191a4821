/**
 * The follower of aliases: asks each group's MLflow again and again what the aliases of its deployments mean.
 *
 * Polling is the path that always works; a call of MLflow's webhook only makes the next look come at once. It reads what to
 * look for anew each time, so that nothing can stay lost. A group that is slow or down holds up no other group.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { aliasOf } from "#domain/alias.ts";
import { listAliasCandidates } from "#store/alias-store.ts";
import { type Followed, type LookMemory, type LookPorts, lookAtAliases } from "./look-at-aliases.ts";

/** Deployments that are pinned only show what the alias means: they are looked at this much more seldom. */
const PINNED_SLOWER = 6;
/** An alias that has moved is looked at this often while it is not settled. */
const LOOKS_PER_QUIET_PERIOD = 4;
const PAUSE_MS_MIN = 50;
/** A look that waits for MLflow is not waited for any longer at the end; it writes nothing afterwards. */
const STOP_MS_MAX = 2_000;

export interface FollowerPorts extends LookPorts {
  /** How often MLflow is asked, in ms. */
  pollMs: number;
}

export interface Follower {
  /** Looks at a group's aliases at once. */
  wake(group: string): void;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface State {
  memory: LookMemory;
  /** When each group's model was looked at last, in ms of the clock. */
  lookedAt: Map<string, number>;
  busy: Map<string, Promise<void>>;
}

/** Group → model → the deployments that were made from one of its aliases. */
type Plan = Map<string, Map<string, Followed[]>>;

export function createFollower(ports: FollowerPorts): Follower {
  let due = Promise.withResolvers<void>();
  const woken = new Set<string>();
  return {
    wake(group) {
      woken.add(group);
      due.resolve();
    },
    async run(signal) {
      const memory: LookMemory = { watches: new Map(), refusals: new Map(), silent: new Set() };
      const state: State = { memory, lookedAt: new Map(), busy: new Map() };
      while (!signal.aborted) {
        due = Promise.withResolvers<void>();
        const pauseMs = await startLooks(ports, state, { woken, signal, onDone: () => due.resolve() }).catch(
          (error: unknown) => {
            ports.logger.error({ err: error }, "could not look for aliases; it is tried again");
            return ports.pollMs;
          },
        );
        await Promise.race([due.promise, sleep(pauseMs, undefined, { signal }).catch(() => undefined)]);
      }
      await Promise.race([Promise.all(state.busy.values()), sleep(STOP_MS_MAX, undefined, { ref: false })]);
    },
  };
}

/** Starts a look at each group where one is due; returns after how long the next one is. */
async function startLooks(
  ports: FollowerPorts,
  state: State,
  { woken, signal, onDone }: { woken: Set<string>; signal: AbortSignal; onDone: () => void },
): Promise<number> {
  const plan = planOf((await listAliasCandidates(ports.operations.database)).flatMap(toFollowed));
  forget(state, plan);
  const now = ports.operations.now().getTime();
  let nextMs = ports.pollMs;
  for (const [group, models] of plan) {
    if (state.busy.has(group)) continue;
    const all = woken.delete(group);
    const dueModels = new Map<string, Followed[]>();
    for (const [name, followers] of models) {
      const key = JSON.stringify([group, name]);
      const waitMs = (state.lookedAt.get(key) ?? 0) + intervalMs(ports, state, followers) - now;
      if (all || waitMs <= 0) {
        dueModels.set(name, followers);
        state.lookedAt.set(key, now);
      } else nextMs = Math.min(nextMs, waitMs);
    }
    if (dueModels.size === 0) continue;
    const look = lookAtAliases(ports, state.memory, { group, models: dueModels, signal })
      .catch((error: unknown) => ports.logger.error({ err: error, group }, "a look at aliases failed"))
      .finally(() => {
        state.busy.delete(group);
        onDone();
      });
    state.busy.set(group, look);
  }
  return Math.max(PAUSE_MS_MIN, nextMs);
}

function toFollowed(candidate: Awaited<ReturnType<typeof listAliasCandidates>>[number]): Followed[] {
  const alias = aliasOf(candidate.newest);
  return alias === null ? [] : [{ ...candidate, alias }];
}

function planOf(followers: Followed[]): Plan {
  const byGroup = Map.groupBy(followers, ({ deployment }) => deployment.groupName);
  return new Map(
    [...byGroup].map(([group, ofGroup]) => [group, Map.groupBy(ofGroup, ({ newest }) => newest.modelName)]),
  );
}

function intervalMs({ pollMs, quietMs }: FollowerPorts, { memory }: State, followers: Followed[]): number {
  const unsettled = followers.some(({ deployment, fact }) => {
    const watch = memory.watches.get(deployment.id);
    return watch !== undefined && watch.version !== (fact?.alias === watch.alias ? fact.version : undefined);
  });
  if (unsettled) return Math.min(pollMs, Math.max(PAUSE_MS_MIN, quietMs / LOOKS_PER_QUIET_PERIOD));
  const shown = ({ newest, alias, fact }: Followed) => newest.aliasPolicy === "pin" && fact?.alias === alias;
  return followers.every(shown) ? pollMs * PINNED_SLOWER : pollMs;
}

/** Lets go of what is remembered of deployments and models that are gone. */
function forget({ memory, lookedAt }: State, plan: Plan): void {
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (const [group, models] of plan) {
    for (const [name, followers] of models) {
      keys.add(JSON.stringify([group, name]));
      for (const { deployment } of followers) ids.add(deployment.id);
    }
  }
  for (const remembered of [memory.watches, memory.refusals]) {
    for (const id of remembered.keys()) if (!ids.has(id)) remembered.delete(id);
  }
  for (const key of lookedAt.keys()) if (!keys.has(key)) lookedAt.delete(key);
}
