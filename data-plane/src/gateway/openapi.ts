/** The OpenAPI document of one endpoint, made from the signature of the version that serves. Pure. */
import type { Signature, SignatureField } from "@slipway/contracts/api/model";
import type { Endpoint, ServingRevision } from "#agent/replica-pool.ts";

type Schema = Record<string, unknown>;

const COLUMN_SCHEMAS: Record<string, Schema> = {
  double: { type: "number" },
  float: { type: "number" },
  long: { type: "integer", format: "int64" },
  integer: { type: "integer", format: "int32" },
  boolean: { type: "boolean" },
  string: { type: "string" },
  binary: { type: "string", contentEncoding: "base64" },
  datetime: { type: "string", format: "date-time" },
};
const PROBLEMS: Record<string, string> = {
  400: "The model does not accept this input; `detail` names what is wrong.",
  401: "The endpoint is private, and no valid token of one of its clients came with the request.",
  413: "The body is larger than the limit.",
  415: "The content type is not supported.",
  429: "Too many requests: try again after `Retry-After` seconds.",
  500: "The model failed; its log has more under the request id.",
  503: "No replica is ready.",
  504: "The model did not answer in time.",
};

/** @param revision the one whose model is described. */
export function endpointDocument(endpoint: Endpoint, revision: ServingRevision): Schema {
  const { model, described } = revision;
  const isPrivate = endpoint.access === "private";
  return {
    openapi: "3.1.0",
    info: {
      title: endpoint.id,
      version: model.version,
      description: `Predictions of models:/${model.name}/${model.version}.`,
    },
    servers: [{ url: `/deployment/${endpoint.id}` }],
    ...(isPrivate ? { security: [{ bearer: [] }, { basic: [] }] } : {}),
    paths: {
      "/invocations": { post: invocations(described?.signature ?? null, described?.example ?? null) },
      "/ping": { get: plain("ping", "Whether the endpoint can answer.") },
      "/version": { get: plain("version", "The MLflow version of the model's environment.") },
      [`/v2/models/${endpoint.id}`]: {
        get: plain("v2Model", "The model's metadata (Open Inference Protocol V2)."),
      },
      [`/v2/models/${endpoint.id}/infer`]: {
        post: jsonPost("v2Infer", "Predicts (Open Inference Protocol V2; tensors as JSON or binary).", {}),
      },
      "/api/v1.0/predictions": { post: jsonPost("seldonPredict", "Predicts (Seldon V1).", {}) },
    },
    components: {
      schemas: { Problem: PROBLEM },
      ...(isPrivate
        ? {
            securitySchemes: {
              bearer: {
                type: "http",
                scheme: "bearer",
                description: "The token of one of the endpoint's clients.",
              },
              basic: { type: "http", scheme: "basic", description: "A client's name and its token." },
            },
          }
        : {}),
    },
  };
}

function invocations(signature: Signature | null, example: unknown): Schema {
  const body = signature === null || signature.inputs.length === 0 ? {} : bodySchema(signature);
  const operation = jsonPost("invocations", "Predicts (MLflow's scoring protocol).", {
    schema: body,
    ...(example === null ? {} : { example }),
  });
  return {
    ...operation,
    responses: {
      ...problemResponses(),
      200: {
        description: "The model's predictions.",
        content: {
          "application/json": {
            schema: { type: "object", required: ["predictions"], properties: { predictions: {} } },
          },
        },
      },
    },
  };
}

/** The formats of MLflow's scoring protocol that fit the signature. */
function bodySchema({ inputs, params }: Signature): Schema {
  const parameters = params.length === 0 ? {} : { params: paramsSchema(params) };
  const isTensor = inputs.some(({ tensor }) => tensor !== null);
  const formats = isTensor ? [["inputs", tensorsSchema(inputs)] as const] : tableSchemas(inputs);
  return {
    oneOf: formats.map(([name, schema]) => ({
      type: "object",
      required: [name],
      properties: { [name]: schema, ...parameters },
    })),
  };
}

function tableSchemas(inputs: SignatureField[]): (readonly [string, Schema])[] {
  const named = inputs.flatMap((field) =>
    field.name === null ? [] : [[field.name, columnSchema(field)] as const],
  );
  const split: Schema = {
    type: "object",
    required: ["data"],
    properties: {
      columns: { type: "array", items: { type: "string" }, default: named.map(([name]) => name) },
      data: { type: "array", items: { type: "array", prefixItems: inputs.map(columnSchema) } },
    },
  };
  if (named.length < inputs.length) return [["dataframe_split", split]];
  const row: Schema = {
    type: "object",
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(named),
  };
  return [
    ["dataframe_split", split],
    ["dataframe_records", { type: "array", items: row }],
  ];
}

function tensorsSchema(inputs: SignatureField[]): Schema {
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined && only.name === null) return tensorSchema(only);
  return {
    type: "object",
    properties: Object.fromEntries(inputs.map((field) => [field.name ?? "", tensorSchema(field)])),
  };
}

function tensorSchema({ tensor }: SignatureField): Schema {
  const leaf: Schema = { type: dtypeWord(tensor?.dtype ?? "") };
  return (tensor?.shape ?? [])
    .toReversed()
    .reduce<Schema>(
      (items, size) => ({ type: "array", items, ...(size < 0 ? {} : { minItems: size, maxItems: size }) }),
      leaf,
    );
}

function dtypeWord(dtype: string): string {
  if (dtype === "bool") return "boolean";
  if (/^u?int/.test(dtype)) return "integer";
  return /^(?:float|complex)/.test(dtype) ? "number" : "string";
}

/** Nested types are left open; their words are in the description. */
function columnSchema({ type, required }: SignatureField): Schema {
  const schema = COLUMN_SCHEMAS[type] ?? { description: `MLflow type ${type}` };
  const { type: word } = schema;
  return required || typeof word !== "string" ? schema : { ...schema, type: [word, "null"] };
}

function paramsSchema(params: Signature["params"]): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(
      params.map(({ name, type, default: value }) => [name, { ...COLUMN_SCHEMAS[type], default: value }]),
    ),
  };
}

function jsonPost(operationId: string, summary: string, media: Schema): Schema {
  return {
    operationId,
    summary,
    requestBody: { required: true, content: { "application/json": media } },
    responses: { ...problemResponses(), 200: { description: "The predictions." } },
  };
}

function plain(operationId: string, summary: string): Schema {
  const { 401: unauthenticated, 503: unavailable } = problemResponses();
  return {
    operationId,
    summary,
    responses: { 200: { description: "Yes." }, 401: unauthenticated, 503: unavailable },
  };
}

function problemResponses(): Record<string, Schema> {
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([status, description]) => [status, { description, content }]),
  );
}

const PROBLEM: Schema = {
  type: "object",
  description: "RFC 9457.",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    requestId: { type: "string" },
  },
};
