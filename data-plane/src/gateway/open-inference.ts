/**
 * What Open Inference Protocol V2 says of a server and its model (KServe's "predict protocol, version 2"). A table's columns
 * are tensors of one value per row; what has no name in MLflow's signature is named as the worker names it.
 */
import type { Signature, SignatureField } from "@slipway/contracts/api/model";
import type { ServingRevision } from "#agent/replica-pool.ts";

interface TensorMetadata {
  name: string;
  datatype: string;
  shape: number[];
}

const COLUMN_TYPES: Record<string, string> = {
  double: "FP64",
  float: "FP32",
  long: "INT64",
  integer: "INT32",
  boolean: "BOOL",
};
const DTYPES: Record<string, string> = {
  ...{ bool: "BOOL", uint8: "UINT8", uint16: "UINT16", uint32: "UINT32", uint64: "UINT64", int8: "INT8" },
  ...{ int16: "INT16", int32: "INT32", int64: "INT64", float16: "FP16", float32: "FP32", float64: "FP64" },
};

/** A column is taken as `[n]` too, and given as that. */
const COLUMN_SHAPES = { inputs: [-1, 1], outputs: [-1] };

/** The answer of `GET v2`. */
export function serverMetadata(version: string) {
  return { name: "slipway", version, extensions: ["binary_tensor_data"] };
}

/** The answer of `GET v2/models/{name}`. */
export function modelMetadata(id: string, { model, described }: ServingRevision) {
  return {
    name: id,
    versions: [model.version],
    platform: "mlflow_pyfunc",
    inputs: tensorsOf(described?.signature ?? null, "inputs", "input"),
    outputs: tensorsOf(described?.signature ?? null, "outputs", "output"),
  };
}

function tensorsOf(
  signature: Signature | null,
  side: "inputs" | "outputs",
  prefix: "input" | "output",
): TensorMetadata[] {
  return (signature?.[side] ?? []).map((field, index) => ({
    name: field.name ?? `${prefix}-${index}`,
    datatype: datatypeOf(field),
    shape: field.tensor?.shape ?? COLUMN_SHAPES[side],
  }));
}

/** Texts, times and nested values travel as BYTES. */
function datatypeOf({ type, tensor }: SignatureField): string {
  return (tensor === null ? COLUMN_TYPES[type] : DTYPES[tensor.dtype]) ?? "BYTES";
}
