/** The form of how replicas take requests. What belongs to a choice that is not made is kept while the form is open. */
import {
  type Batching,
  type BatchingMode,
  batchingSchema,
  DAYS,
  type Day,
  type Serving,
  type WarmWindow,
  warmWindowSchema,
} from "@slipway/contracts/api/serving";
import { specFields } from "@slipway/contracts/api/spec";
import { type FieldErrors, issuesOf, prefixed } from "./field-errors.ts";
import { type NumberText, numberOf } from "./strategy-form.ts";
import { nextKey } from "./variable-rows.ts";

/** A warm window as it stands in the form. */
export interface WindowRow {
  key: number;
  days: Day[];
  from: string;
  to: string;
  timeZone: string;
}

export interface BatchingForm {
  mode: BatchingMode;
  requestsMax: NumberText;
  delayMsMax: NumberText;
}

export interface ServingForm {
  minReplicas: NumberText;
  maxReplicas: NumberText;
  idleSeconds: NumberText;
  warmWindows: WindowRow[];
  batching: BatchingForm;
  /** Empty: no bound. */
  concurrencyMax: NumberText;
  idempotent: boolean;
}

interface Replicas {
  minReplicas: number;
  maxReplicas: number;
}

type Idling = Pick<Serving, "idleSeconds" | "warmWindows">;

/** What a form asks for; how it idles only where it may. */
export type ServingRequest = Replicas & Omit<Serving, keyof Idling> & Partial<Idling>;

/** The form of what a revision asks for. */
export function servingForm(spec: Serving & Replicas): ServingForm {
  const { minReplicas, maxReplicas, idleSeconds, batching, concurrencyMax, idempotent } = spec;
  return {
    minReplicas,
    maxReplicas,
    idleSeconds,
    warmWindows: spec.warmWindows.map((window, key) => ({ key, ...window })),
    batching: { ...batching },
    concurrencyMax: concurrencyMax ?? "",
    idempotent,
  };
}

/** The request of a form in which nothing is wrong. */
export function servingOf(form: ServingForm): ServingRequest {
  return {
    minReplicas: numberOf(form.minReplicas),
    maxReplicas: numberOf(form.maxReplicas),
    ...(scalesToZero(form)
      ? { idleSeconds: numberOf(form.idleSeconds), warmWindows: form.warmWindows.map(windowOf) }
      : {}),
    batching: batchingOf(form.batching),
    concurrencyMax: concurrencyOf(form.concurrencyMax),
    idempotent: form.idempotent,
  };
}

/** What is wrong, by the API's names of the fields. What is not shown is not wrong. */
export function servingErrors(form: ServingForm): FieldErrors {
  const errors: FieldErrors = {};
  function check(field: "minReplicas" | "maxReplicas" | "idleSeconds" | "concurrencyMax", value: unknown) {
    Object.assign(errors, prefixed(field, issuesOf(specFields[field], value)));
  }
  check("minReplicas", numberOf(form.minReplicas));
  check("maxReplicas", numberOf(form.maxReplicas));
  check("concurrencyMax", concurrencyOf(form.concurrencyMax));
  if (numberOf(form.minReplicas) > numberOf(form.maxReplicas)) {
    errors.maxReplicas ??= "It must not be smaller than the replicas that always run.";
  }
  if (form.batching.mode !== "off") {
    Object.assign(errors, prefixed("batching", issuesOf(batchingSchema, writtenBatching(form.batching))));
  }
  if (!scalesToZero(form)) return errors;
  check("idleSeconds", numberOf(form.idleSeconds));
  form.warmWindows.forEach((row, index) => {
    Object.assign(errors, prefixed(`warmWindows.${index}`, issuesOf(warmWindowSchema, windowOf(row))));
  });
  return errors;
}

/** Whether no replica runs while nobody calls. */
export function scalesToZero({ minReplicas }: Pick<ServingForm, "minReplicas">): boolean {
  return numberOf(minReplicas) === 0;
}

/** One more window: like the last one, else office hours. */
export function withNewWindow(rows: WindowRow[], timeZone: string): WindowRow[] {
  const office = { days: DAYS.slice(0, 5), from: "08:00", to: "18:00", timeZone };
  return [...rows, { ...(rows.at(-1) ?? office), key: nextKey(rows) }];
}

/** The chosen days in the order of the week. */
export function weekdays(days: readonly string[]): Day[] {
  return DAYS.filter((day) => days.includes(day));
}

function windowOf({ days, from, to, timeZone }: WindowRow): WarmWindow {
  return { days, from, to, timeZone };
}

function batchingOf(form: BatchingForm): Batching {
  const written = writtenBatching(form);
  if (form.mode !== "off") return batchingSchema.parse(written);
  // Bounds that nobody sees do not stand in the way of switching it off.
  return batchingSchema.safeParse(written).data ?? batchingSchema.parse({ mode: form.mode });
}

function writtenBatching({ mode, requestsMax, delayMsMax }: BatchingForm): Batching {
  return { mode, requestsMax: numberOf(requestsMax), delayMsMax: numberOf(delayMsMax) };
}

/** Null for an empty field: no bound. */
function concurrencyOf(text: NumberText): number | null {
  return String(text).trim() === "" ? null : numberOf(text);
}
