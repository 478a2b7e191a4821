/** What a pool and those who prepare and start its workers say to one another. */
import type { AssignedRevision } from "@slipway/contracts/assignment";
import type { Outcome } from "./outcomes.ts";
import type { Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import type { Demand } from "./replica-pool.ts";
import type { StepLog } from "./step-log.ts";

/** What a pool needs of the rest of the agent. */
export interface PoolPorts {
  /** Downloads and builds, telling the steps. */
  prepare: (revision: AssignedRevision, steps: StepLog) => Promise<Prepared>;
  openLog: (name: string) => ReplicaLog;
  /** Resolves once the outcome is on disk. */
  settled: (outcome: Outcome) => Promise<void>;
  /** `atOnce`: somebody may wait for it. */
  changed: (atOnce?: boolean) => void;
  /** A replica has become ready, so long after it was wanted. */
  started?: (revision: number, ms: number) => void;
  /** How much a revision is wanted. */
  demand: (revision: number) => Demand;
  /** Processors of the machine. */
  cores: number;
  requestTimeoutMs: number;
}

/** Everything that a worker of the pool needs, ready to start. */
export interface Prepared {
  environmentHash: string;
  start: (log: ReplicaLog, stopped: AbortSignal, how: StartHow) => Promise<Started>;
}

export interface StartHow {
  /** Given on the first start only: restarts are not steps. */
  steps: StepLog | null;
  /** Callers wait for it. */
  urgent: boolean;
  /** Never forked from a template. */
  plainly?: boolean;
}
