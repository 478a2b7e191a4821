/**
 * The wire between gateway and worker, over a Unix stream socket that the worker listens on.
 *
 * A frame is `u32 length` (of all that follows) · `u8 kind` · `u32 metaLength` · meta (JSON, UTF-8) · bodies (raw bytes, one after
 * the other, as long as the meta says), integers big-endian. A `requests` frame holds one or more requests that may be predicted
 * together; the worker answers each exactly once, in any order, in one or more `answers` frames. `cancel` asks it to drop
 * requests that it has not begun (they are answered with status 499). The Python side is `worker/slipway_worker/frames.py`.
 */
import { z } from "zod";
import { rawSignatureSchema } from "./mlflow-signature.ts";

export const FRAME_KIND = { requests: 1, answers: 2, cancel: 3 } as const;
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** length + kind + metaLength, in bytes. */
export const FRAME_HEADER_BYTES = 9;

/** Answer to a request that was taken back before it had begun. */
export const CANCELLED_STATUS = 499;

/**
 * What a request asks for. `invocations`: MLflow's scoring protocol. `v2/infer`: Open Inference Protocol V2. `seldon/predictions`:
 * Seldon V1. `batch-check`: predict the rows of the body (an `invocations` one) together and one by one and say, in `batching`,
 * whether that makes a difference; its answer has an empty body.
 */
export const WORKER_PATHS = ["invocations", "v2/infer", "seldon/predictions", "batch-check"] as const;
export type WorkerPath = (typeof WORKER_PATHS)[number];

/** One request of a `requests` frame. */
export interface RequestMeta {
  id: number;
  path: WorkerPath;
  contentType: string;
  /** Shown in the replica's log beside a failure. */
  requestId: string;
  /** The client that the gateway recognised; null for a public endpoint and for the playground. */
  client: string | null;
  /** Length of its body. */
  bytes: number;
  /** V2 with binary tensors: how much of the body is JSON (`Inference-Header-Content-Length`); the tensors follow. */
  jsonBytes?: number;
}

/** The meta of a `requests` frame. */
export interface RequestsMeta {
  requests: RequestMeta[];
}

/** The meta of a `cancel` frame. */
export interface CancelMeta {
  ids: number[];
}

/** Whether requests are predicted together, and why (not). */
export const batchingStateSchema = z.object({ state: z.enum(["on", "off"]), reason: z.string() });
export type BatchingState = z.infer<typeof batchingStateSchema>;

export const answerMetaSchema = z.object({
  status: z.number().int(),
  contentType: z.string(),
  /** With a status of 400 and above: the error code and sentence for the caller; the body is then empty. */
  code: z.enum(["invalid_input", "unsupported_media_type", "model_failed"]).optional(),
  detail: z.string().optional(),
  /** As in {@link RequestMeta}, of a V2 answer with binary tensors. */
  jsonBytes: z.number().int().optional(),
});
export type AnswerMeta = z.infer<typeof answerMetaSchema>;

/** The meta of an `answers` frame: the answers of one call of the model's `predict`. */
export const answersMetaSchema = z.object({
  answers: z.array(answerMetaSchema.extend({ id: z.number().int(), bytes: z.number().int() })),
  /** Rows of that call; null where the worker did not count them. */
  rows: z.number().int().nullable(),
  /** When it has changed: a worker stops batching after repeated failures of batches, and says so. */
  batching: batchingStateSchema.optional(),
});
export type AnswersMeta = z.infer<typeof answersMetaSchema>;

/** What example values were made from; `model`: only the number of features that the model itself tells. */
export const exampleOriginSchema = z.enum(["input example", "signature", "model"]);

/** Lines of JSON that a worker writes to file descriptor 3 while it starts. */
export const workerEventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("loading"), message: z.string() }),
  z.object({
    event: z.literal("ready"),
    loadMs: z.number(),
    flavors: z.array(z.string()),
    mlflowVersion: z.string(),
    /** A scoring body for the smoke test, made from the input example, else the signature, else the model's own feature count. */
    smokeTest: z
      .object({
        contentType: z.string(),
        body: z.string(),
        from: exampleOriginSchema,
      })
      .nullable(),
    /** The model's signature as its MLmodel has it: lists as JSON texts; null where it has none. */
    signature: rawSignatureSchema.nullable(),
    batching: batchingStateSchema,
  }),
  z.object({
    event: z.literal("failed"),
    /** The Python error line, e.g. `ModuleNotFoundError: No module named 'xgboost'`. */
    error: z.string(),
  }),
]);
export type WorkerEvent = z.infer<typeof workerEventSchema>;
