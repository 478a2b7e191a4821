import type { Traffic } from "@slipway/contracts/api/traffic";
import type { ObservedRollout } from "@slipway/contracts/observation";

/** What the gateway counts, for the observations. */
export interface Counters {
  traffic: (id: string) => Traffic;
  rollouts: (id: string) => ObservedRollout[];
  keepOnly: (ids: ReadonlySet<string>) => void;
}
