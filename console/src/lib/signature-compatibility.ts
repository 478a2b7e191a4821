/** Whether those who call a version can call another one in its place, as far as the signatures tell. */
import type { Signature, SignatureField } from "@slipway/contracts/api/model";
import { plural } from "./format.ts";

/** `breaks`: calls fail or answers no longer fit; `look`: calls are answered, but perhaps otherwise than meant; `fits`: nothing to do. */
export type Effect = "breaks" | "look" | "fits";

const EFFECTS: Effect[] = ["breaks", "look", "fits"];

/** One difference between two signatures. */
export interface SignatureChange {
  part: "Input" | "Output" | "Parameter";
  field: string;
  /** Null where the signature does not have it. */
  from: string | null;
  to: string | null;
  effect: Effect;
  /** What it means for callers. */
  words: string;
}

export interface Compatibility {
  verdict: "same" | "unknown" | Effect;
  /** In a sentence. */
  words: string;
  changes: SignatureChange[];
}

/** MLflow casts a caller's value to these where the first was asked for: what fitted before fits again. */
const WIDER: Record<string, string[]> = {
  integer: ["long", "float", "double"],
  long: ["float", "double"],
  float: ["double"],
};
/** What a JSON answer writes alike. */
const ALIKE_IN_JSON = [
  ["integer", "long"],
  ["float", "double"],
];

/** Compares what callers of `before` send and get with what `after` takes and gives. */
export function compareSignatures(before: Signature | null, after: Signature | null): Compatibility {
  if (before === null || after === null) return withoutSignature(before, after);
  const changes = [
    ...compareFields(before.inputs, after.inputs, inputChange),
    ...compareFields(before.outputs, after.outputs, outputChange),
    ...compareParams(before.params, after.params),
  ];
  const worstFirst = changes.toSorted((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect));
  return { ...verdictOf(changes), changes: worstFirst };
}

/** A field's type in short: `double`, `double, optional`, `tensor float64 [-1, 8, 8]`. */
export function fieldType({ type, tensor, required }: SignatureField): string {
  const words = tensor === null ? type : `tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  return required ? words : `${words}, optional`;
}

/** What a field is called: its name, else its place. */
export function fieldName({ name }: SignatureField, index: number): string {
  return name ?? `#${index + 1}`;
}

function withoutSignature(before: Signature | null, after: Signature | null): Compatibility {
  const words =
    before === null && after === null
      ? "Neither version has a signature: whether callers can stay as they are, nobody can tell beforehand."
      : before === null
        ? "What runs now has no signature: requests are checked against one from then on, and those that do not fit it are refused."
        : "The new version has no signature: requests are no longer checked, and whether callers can stay as they are is not known.";
  return { verdict: "unknown", words, changes: [] };
}

function verdictOf(changes: SignatureChange[]): Pick<Compatibility, "verdict" | "words"> {
  const count = (effect: Effect) => changes.filter((change) => change.effect === effect).length;
  const [breaks, looks] = [count("breaks"), count("look")];
  if (changes.length === 0) return { verdict: "same", words: "Callers stay as they are." };
  if (breaks > 0)
    return { verdict: "breaks", words: `${plural(breaks, "change")} that callers have to follow.` };
  if (looks > 0)
    return {
      verdict: "look",
      words: `Calls are answered as before; ${plural(looks, "change")} may not be what callers expect.`,
    };
  return { verdict: "fits", words: "The signature changes, and callers stay as they are." };
}

type Judged = Pick<SignatureChange, "effect" | "words">;
type Judge = (from: SignatureField | undefined, to: SignatureField | undefined) => Judged | null;

function compareFields(before: SignatureField[], after: SignatureField[], judge: Judge): SignatureChange[] {
  const [old, next] = [byName(before), byName(after)];
  const part = judge === inputChange ? "Input" : "Output";
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((field) => {
    const [from, to] = [old.get(field), next.get(field)];
    const judged = judge(from, to);
    const texts = { from: from ? fieldType(from) : null, to: to ? fieldType(to) : null };
    return judged === null ? [] : [{ part, field, ...texts, ...judged }];
  });
}

function byName(fields: SignatureField[]): Map<string, SignatureField> {
  return new Map(fields.map((field, index) => [fieldName(field, index), field]));
}

function inputChange(from: SignatureField | undefined, to: SignatureField | undefined): Judged | null {
  if (from === undefined)
    return to?.required === false
      ? { effect: "fits", words: "new and optional" }
      : { effect: "breaks", words: "new and required: calls without it are refused" };
  if (to === undefined) return { effect: "look", words: "gone: callers may still send it, it is ignored" };
  if (!inputTypeFits(from, to))
    return { effect: "breaks", words: "another type: values of the old one may be refused or cut off" };
  if (!from.required && to.required)
    return { effect: "breaks", words: "required now: calls without it are refused" };
  if (from.required && !to.required) return { effect: "fits", words: "optional now" };
  return fieldType(from) === fieldType(to) ? null : { effect: "fits", words: "a wider type" };
}

function outputChange(from: SignatureField | undefined, to: SignatureField | undefined): Judged | null {
  if (from === undefined) return { effect: "look", words: "new in the answer" };
  if (to === undefined) return { effect: "breaks", words: "gone from the answer" };
  const sameTypes =
    from.tensor === null || to.tensor === null
      ? from.tensor === to.tensor && from.type === to.type
      : from.tensor.dtype === to.tensor.dtype && shapeFits(to.tensor.shape, from.tensor.shape);
  if (sameTypes && from.required && !to.required) return { effect: "look", words: "may be missing now" };
  if (sameTypes)
    return fieldType(from) === fieldType(to) ? null : { effect: "fits", words: "one of what was promised" };
  const alike = ALIKE_IN_JSON.some((types) => types.includes(from.type) && types.includes(to.type));
  return alike
    ? { effect: "fits", words: "written alike in JSON" }
    : { effect: "breaks", words: "another type in the answer" };
}

/** Whether all values of the old type may be sent for the new one. */
function inputTypeFits(from: SignatureField, to: SignatureField): boolean {
  if (from.tensor === null || to.tensor === null)
    return from.tensor === to.tensor && (from.type === to.type || wider(from.type, to.type));
  return from.tensor.dtype === to.tensor.dtype && shapeFits(from.tensor.shape, to.tensor.shape);
}

function wider(from: string, to: string): boolean {
  return WIDER[from]?.includes(to) ?? false;
}

/** Whether every tensor of a shape has the other shape too; -1 is any length. */
function shapeFits(shape: number[], other: number[]): boolean {
  return shape.length === other.length && other.every((size, index) => size === -1 || size === shape[index]);
}

type Param = Signature["params"][number];

function compareParams(before: Param[], after: Param[]): SignatureChange[] {
  const [old, next] = [before, after].map((params) => new Map(params.map((param) => [param.name, param])));
  return [...new Set([...before, ...after].map(({ name }) => name))].flatMap((field): SignatureChange[] => {
    const [from, to] = [old?.get(field), next?.get(field)];
    const judged = paramChange(from, to);
    const texts = { from: from ? paramType(from) : null, to: to ? paramType(to) : null };
    return judged === null ? [] : [{ part: "Parameter", field, ...texts, ...judged }];
  });
}

/** A parameter of the signature in short: `long, 5 by default`. */
export function paramType({ type, default: value }: Param): string {
  return `${type}, ${JSON.stringify(value) ?? "nothing"} by default`;
}

function paramChange(from: Param | undefined, to: Param | undefined): Judged | null {
  if (from === undefined) return { effect: "fits", words: "new, with a default" };
  if (to === undefined) return { effect: "look", words: "gone: callers may still send it, it is ignored" };
  if (from.type !== to.type && !wider(from.type, to.type))
    return { effect: "breaks", words: "another type: values of the old one are refused" };
  if (JSON.stringify(from.default) !== JSON.stringify(to.default))
    return { effect: "look", words: "another default for callers that do not send it" };
  return from.type === to.type ? null : { effect: "fits", words: "a wider type" };
}
