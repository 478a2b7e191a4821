/**
 * The wire between gateway and worker, over a Unix stream socket that the worker listens on.
 *
 * A frame is `u32 length` (of all that follows) · `u8 kind` · `u32 id` · `u32 metaLength` · meta (JSON, UTF-8) · body (raw bytes),
 * integers big-endian. A worker answers each `request` with one `answer` of the same id, in any order. `cancel` asks it to
 * drop a request that it has not begun. The Python side is `worker/slipway_worker/frames.py`.
 */
import { z } from "zod";

export const FRAME_KIND = { request: 1, answer: 2, cancel: 3 } as const;
export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** length + kind + id + metaLength, in bytes. */
export const FRAME_HEADER_BYTES = 13;

export const requestMetaSchema = z.object({
  /** `invocations` for a prediction. */
  path: z.literal("invocations"),
  contentType: z.string(),
  /** Shown in the replica's log beside a failure. */
  requestId: z.string(),
  /** The client that the gateway recognised; null for a public endpoint and for the playground. */
  client: z.string().nullable(),
});
export type RequestMeta = z.infer<typeof requestMetaSchema>;

export const answerMetaSchema = z.object({
  status: z.number().int(),
  contentType: z.string(),
  /** With a status of 400 and above: the error code and sentence for the caller; the body is then empty. */
  code: z.enum(["invalid_input", "unsupported_media_type", "model_failed"]).optional(),
  detail: z.string().optional(),
});
export type AnswerMeta = z.infer<typeof answerMetaSchema>;

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
  }),
  z.object({
    event: z.literal("failed"),
    /** The Python error line, e.g. `ModuleNotFoundError: No module named 'xgboost'`. */
    error: z.string(),
  }),
]);
export type WorkerEvent = z.infer<typeof workerEventSchema>;
