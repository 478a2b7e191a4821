/** The form of a deployment's spec: from a revision to what is typed, and back to a request that sends only what changed. */

import type { DeploymentPatchInput, Revision } from "@slipway/contracts/api/deployment";
import type { InstanceType } from "@slipway/contracts/api/instance-type";
import { specFieldsWithDefaults } from "@slipway/contracts/api/spec";
import type { AliasPolicy, Strategy } from "@slipway/contracts/api/strategy";
import { sameValue } from "@slipway/contracts/same-value";
import type { ComparedSpec } from "@slipway/contracts/spec-diff";
import { z } from "zod";
import { aliasOf } from "./read-model-uri.ts";
import { type ServingForm, type ServingRequest, servingForm, servingOf } from "./serving-form.ts";
import { type NumberText, numberOf, type StrategyForm, strategyForm, strategyOf } from "./strategy-form.ts";
import { nextKey, type SentVariable, sentVariable, type VariableRow, variableRows } from "./variable-rows.ts";

export type Access = "private" | "public";

/** A key-value as it stands in the form. */
export interface MetadataRow {
  key: number;
  name: string;
  value: string;
}

/** What a new deployment and an update have in common. */
export interface SpecForm extends ServingForm {
  modelUri: string;
  access: Access;
  aliasPolicy: AliasPolicy;
  /** Null: the default of a new deployment, or the size that a deployment has had since before there were types. */
  instanceType: string | null;
  /** Whether an untouched instance type is taken at the size that it has been given since. */
  sizeAnew: boolean;
  variables: VariableRow[];
  metadata: MetadataRow[];
  strategy: StrategyForm;
  warmSeconds: NumberText;
  description: string;
}

/** What a form asks for. */
interface SpecRequest extends ServingRequest {
  modelUri: string;
  access: Access;
  aliasPolicy: AliasPolicy;
  instanceType?: string;
  variables: SentVariable[];
  metadata: Record<string, string>;
  strategy: Strategy;
  warmSeconds: number;
  description: string;
}

/** The form of a new deployment, with the contract's defaults. */
export function newSpecForm(modelUri: string): SpecForm {
  const defaults = z.object(specFieldsWithDefaults).parse({});
  return {
    modelUri,
    access: defaults.access,
    aliasPolicy: defaults.aliasPolicy,
    ...servingForm({ ...defaults, maxReplicas: defaults.minReplicas }),
    instanceType: null,
    sizeAnew: false,
    variables: [],
    metadata: [],
    strategy: strategyForm(defaults.strategy),
    warmSeconds: defaults.warmSeconds,
    description: defaults.description,
  };
}

/** The form of what a revision asks for. */
export function specForm(revision: Revision): SpecForm {
  const { access, aliasPolicy, instanceType, warmSeconds, description } = revision;
  return {
    modelUri: revision.requestedModelUri,
    access,
    aliasPolicy,
    ...servingForm(revision),
    instanceType,
    sizeAnew: false,
    variables: variableRows(revision.variables),
    metadata: Object.entries(revision.metadata).map(([name, value], key) => ({ key, name, value })),
    strategy: strategyForm(revision.strategy),
    warmSeconds,
    description,
  };
}

/** An empty row at the end. */
export function withNewMetadata(rows: MetadataRow[]): MetadataRow[] {
  return [...rows, { key: nextKey(rows), name: "", value: "" }];
}

/** The request of a form in which nothing is wrong. */
export function specRequest(form: SpecForm): SpecRequest {
  const { access, instanceType, description } = form;
  return {
    modelUri: form.modelUri.trim(),
    access,
    aliasPolicy: aliasOf(form.modelUri) === null ? "pin" : form.aliasPolicy,
    ...servingOf(form),
    ...(instanceType === null ? {} : { instanceType }),
    variables: form.variables.map(sentVariable),
    metadata: Object.fromEntries(form.metadata.map(({ name, value }) => [name.trim(), value])),
    strategy: strategyOf(form.strategy),
    warmSeconds: numberOf(form.warmSeconds),
    description,
  };
}

/** What a form changes of the one that it was made from. A change of one bound of the replicas sends both. */
export function changedOnly(base: SpecForm, form: SpecForm): DeploymentPatchInput {
  const [before, after] = [specRequest(base), specRequest(form)];
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(after)) {
    if (!sameValue(before[field as keyof SpecRequest], value)) patch[field] = value;
  }
  if (form.sizeAnew && after.instanceType !== undefined) patch.instanceType = after.instanceType;
  if ("minReplicas" in patch || "maxReplicas" in patch) {
    const { minReplicas, maxReplicas } = after;
    return { ...patch, minReplicas, maxReplicas };
  }
  return patch;
}

interface ComparedWith {
  /** The revision that the form was made from: it knows the marks of stored secrets and the size. */
  base: Revision;
  types: InstanceType[];
  /** The version's URI that the form's URI means. */
  modelUri: string;
}

/** The spec that a form in which nothing is wrong makes, to be told apart from a revision. */
export function comparedSpec(form: SpecForm, { base, types, modelUri }: ComparedWith): ComparedSpec {
  const { variables: _, ...spec } = specRequest(form);
  const { idleSeconds, warmWindows } = base;
  const size = sizeOf(form, types, base) ?? base;
  return {
    ...{ idleSeconds, warmWindows },
    ...spec,
    modelUri,
    requestedModelUri: spec.modelUri,
    instanceType: form.instanceType,
    cpuThreads: size.cpuThreads,
    memoryBytes: size.memoryBytes,
    variables: form.variables.map((row) => {
      const { name, secret, value } = { ...row, name: row.name.trim() };
      if (!secret) return { name, secret, value };
      const mark = row.stored ? base.variables.find((variable) => variable.name === name)?.mark : undefined;
      return { name, secret, mark: mark ?? "new" };
    }),
  };
}

/** What a revision asks for, without what came of it: a form does not know that yet. */
export function askedSpec({
  batchingInEffect: _effect,
  environmentHash: _hash,
  ...asked
}: Revision): ComparedSpec {
  return asked;
}

/** What a replica may use. */
export interface Size {
  cpuThreads: number;
  memoryBytes: number;
}

/** The size that a form asks for; an untouched instance type keeps what the revision has. Null while it is not known. */
export function sizeOf(
  { instanceType, sizeAnew }: Pick<SpecForm, "instanceType" | "sizeAnew">,
  types: InstanceType[],
  base: Revision | null,
): Size | null {
  if (base !== null && instanceType === base.instanceType && !sizeAnew) return base;
  return (
    types.find(({ name, isDefault }) => (instanceType === null ? isDefault : name === instanceType)) ?? null
  );
}
