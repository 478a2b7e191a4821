/** Deployments and their revisions as the rules see them. Rows of the store satisfy these shapes. */

import type { Signature } from "@slipway/contracts/api/model";
import type { SealedVariable } from "@slipway/contracts/assignment";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Step } from "@slipway/contracts/step";

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
  replicas: number;
  cpuThreads: number;
  memoryBytes: number;
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
  state: "running" | "succeeded" | "failed" | "superseded";
  startedAt: Date;
  finishedAt: Date | null;
  reason: string | null;
  message: string | null;
  steps: Step[];
}
