/** The forms of administrators: sizes of replicas and quotas, with memory in GiB. */
import type { Quotas } from "@slipway/contracts/api/identity";
import {
  type InstanceType,
  type InstanceTypeRequest,
  instanceTypeRequestSchema,
} from "@slipway/contracts/api/instance-type";
import { type FieldErrors, issuesOf } from "./field-errors.ts";
import { GIB, gibOf } from "./memory.ts";
import { type NumberText, numberOf } from "./strategy-form.ts";

const COUNT_MAX = 1_000_000;
const GIB_MAX = Math.floor(Number.MAX_SAFE_INTEGER / GIB);

/** An instance type as it is typed. */
export interface InstanceTypeForm {
  name: string;
  description: string;
  cpuThreads: NumberText;
  memoryGib: NumberText;
  isDefault: boolean;
}

/** The form of an instance type; of a new one without. */
export function instanceTypeForm(type: InstanceType | null): InstanceTypeForm {
  return {
    name: type?.name ?? "",
    description: type?.description ?? "",
    cpuThreads: type?.cpuThreads ?? 1,
    memoryGib: type === null ? 4 : gibOf(type.memoryBytes),
    isDefault: type?.isDefault ?? false,
  };
}

/** The request of a form, or what is wrong with it. */
export function instanceTypeRequest({ memoryGib, cpuThreads, ...rest }: InstanceTypeForm): {
  request: InstanceTypeRequest | null;
  errors: FieldErrors;
} {
  const value = { ...rest, cpuThreads: numberOf(cpuThreads), memoryBytes: bytesOf(memoryGib) };
  const parsed = instanceTypeRequestSchema.safeParse(value);
  const scale = (field: string): number => (field === "memoryBytes" ? 1 / GIB : 1);
  return parsed.success
    ? { request: parsed.data, errors: {} }
    : { request: null, errors: issuesOf(instanceTypeRequestSchema, value, scale) };
}

/** Quotas as they are typed; an empty field is no bound. */
export interface QuotasForm {
  deployments: NumberText;
  replicas: NumberText;
  memoryGib: NumberText;
}

/** The form of what is set. */
export function quotasForm({ deployments, replicas, memoryBytes }: Quotas): QuotasForm {
  return {
    deployments: deployments ?? "",
    replicas: replicas ?? "",
    memoryGib: memoryBytes === null ? "" : gibOf(memoryBytes),
  };
}

/** The quotas of a form, or what is wrong with it. */
export function quotasOf(form: QuotasForm): { quotas: Quotas | null; errors: FieldErrors } {
  const errors: FieldErrors = {};
  function bound(field: keyof QuotasForm, max: number, whole: boolean): number | null {
    if (String(form[field]).trim() === "") return null;
    const value = numberOf(form[field]);
    const fits = value >= 0 && value <= max && (!whole || Number.isInteger(value));
    if (!fits) errors[field] = `Give a ${whole ? "whole " : ""}number up to ${max}, or nothing for no bound.`;
    return value;
  }
  const deployments = bound("deployments", COUNT_MAX, true);
  const replicas = bound("replicas", COUNT_MAX, true);
  const memoryGib = bound("memoryGib", GIB_MAX, false);
  if (Object.keys(errors).length > 0) return { quotas: null, errors };
  return {
    quotas: { deployments, replicas, memoryBytes: memoryGib === null ? null : bytesOf(memoryGib) },
    errors,
  };
}

function bytesOf(gib: NumberText): number {
  return Math.round(numberOf(gib) * GIB);
}
