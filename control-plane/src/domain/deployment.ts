/** Deployments and their revisions as the rules see them. Rows of the store satisfy these shapes. */

import type { Signature } from "@slipway/contracts/api/model";
import type { Check, RolloutProgress, RolloutState } from "@slipway/contracts/api/rollout";
import type { BatchingTag, Serving } from "@slipway/contracts/api/serving";
import type { AliasPolicy, Strategy } from "@slipway/contracts/api/strategy";
import type { SealedVariable } from "@slipway/contracts/assignment";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Step } from "@slipway/contracts/step";

/** What a person has said of the rollout of one generation. */
export type RolloutDirective =
  /** Go on from this step of a canary (the shadow phase counts as step 0), without waiting any longer. */
  | { generation: number; action: "promote"; step: number; by: string }
  | { generation: number; action: "promote-all"; by: string }
  | { generation: number; action: "abort"; by: string; message: string };

/** What people want of a deployment. Written by operations only. */
export interface DesiredDeployment {
  id: DeploymentId;
  groupName: string;
  name: string;
  desired: "running" | "stopped" | "deleted";
  /** The revision that shall serve. */
  targetRevision: number;
  latestRevision: number;
  /** Grows with every change of intent; each running generation has one rollout. */
  generation: number;
  /** What a person has said of a running rollout; counts only for the rollout of its generation. */
  directive: RolloutDirective | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  updatedBy: string;
}

/** An immutable snapshot of a spec. */
export interface RevisionRecord {
  deploymentId: DeploymentId;
  number: number;
  createdAt: Date;
  author: string;
  updateMessage: string;
  requestedModelUri: string;
  modelName: string;
  modelVersion: string;
  fingerprint: string;
  trackingUri: string;
  workspace: string | null;
  /** The binding's variables when the revision was made; newer ones of the same MLflow win. */
  sealedVariables: SealedVariable[];
  access: "private" | "public";
  description: string;
  variables: (SealedVariable & { secret: boolean })[];
  metadata: Record<string, string>;
  minReplicas: number;
  maxReplicas: number;
  instanceType: string | null;
  cpuThreads: number;
  memoryBytes: number;
  strategy: Strategy;
  warmSeconds: number;
  aliasPolicy: AliasPolicy;
  serving: Serving;
  /** What the version's tag said of batching when the revision was made. */
  batchingTag: BatchingTag | null;
  rollbackOf: number | null;
  signature: Signature | null;
  example: { from: "input example" | "signature"; body: unknown } | null;
  /** How long it took to resolve the model URI, in ms. */
  resolveMs: number;
}

/** The move of traffic to a revision. Written by the reconciler only. */
export interface RolloutRecord {
  deploymentId: DeploymentId;
  generation: number;
  revision: number;
  fromRevision: number | null;
  author: string;
  state: RolloutState;
  startedAt: Date;
  finishedAt: Date | null;
  reason: string | null;
  message: string | null;
  steps: Step[];
  progress: RolloutProgress | null;
  /** How often the replicas of the new revision had been restarted when it got its first request. */
  restartsBefore: number;
  checks: Check[];
}
