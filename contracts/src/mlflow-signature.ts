/** A version's signature, from the JSON texts inside its MLmodel. */
import { z } from "zod";
import type { Signature, SignatureField } from "./api/model.ts";
import { parseMlflowJson } from "./mlflow-json.ts";

const tensorSchema = z.object({ dtype: z.string(), shape: z.array(z.number().int()) });
const fieldSchema = z.looseObject({
  type: z.unknown(),
  name: z.string().nullish(),
  required: z.boolean().optional(),
  optional: z.boolean().optional(),
  "tensor-spec": tensorSchema.optional(),
});
const paramSchema = z.looseObject({ name: z.string(), type: z.unknown(), default: z.unknown().optional() });
const nothing = z
  .string()
  .nullish()
  .transform((text) => text ?? "[]");

/** `signature` in MLmodel: lists as JSON texts. */
export const rawSignatureSchema = z.object({ inputs: nothing, outputs: nothing, params: nothing });

/** Reads a signature. Throws when its texts are not what MLflow writes. */
export function parseSignature(raw: z.output<typeof rawSignatureSchema>): Signature {
  return {
    inputs: z.array(fieldSchema).parse(parseMlflowJson(raw.inputs)).map(toField),
    outputs: z.array(fieldSchema).parse(parseMlflowJson(raw.outputs)).map(toField),
    params: z
      .array(paramSchema)
      .parse(parseMlflowJson(raw.params))
      .map((param) => ({ name: param.name, type: typeText(param), default: param.default ?? null })),
  };
}

function toField(field: z.output<typeof fieldSchema>): SignatureField {
  const { name, required, optional, "tensor-spec": tensor } = field;
  return {
    name: name ?? null,
    type: typeText(field),
    required: required ?? optional !== true,
    tensor: tensor === undefined ? null : { dtype: tensor.dtype, shape: tensor.shape },
  };
}

/** A plain type is its word; a nested one keeps MLflow's JSON, without the field's own name. */
function typeText(field: { type: unknown } & Record<string, unknown>): string {
  const { type, name, required, optional, default: _, shape, ...rest } = field;
  if (typeof type !== "string") return JSON.stringify(type);
  return /^(?:array|object|map)$/.test(type) ? JSON.stringify({ type, ...rest }) : type;
}
