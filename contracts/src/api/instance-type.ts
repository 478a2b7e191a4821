/** Instance types: the sizes of replicas that administrators offer. */
import { z } from "zod";
import { instanceTypeNameSchema, textSchema } from "./spec.ts";

const MIB = 1024 ** 2;
const cpuThreadsSchema = z.number().int().min(1, "Give at least one CPU thread.").max(1024);
const memoryBytesSchema = z
  .number()
  .int()
  .min(128 * MIB, "Give at least 128 MiB.")
  .max(16 * 1024 ** 4);
const descriptionSchema = textSchema(200).trim();

export const instanceTypeSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    cpuThreads: z.number().int(),
    memoryBytes: z.number().int(),
    /** What a deployment gets for which nobody chose; exactly one is. */
    isDefault: z.boolean(),
  })
  .meta({ id: "InstanceType" });
export type InstanceType = z.infer<typeof instanceTypeSchema>;

/** The body of `POST /instance-types`. */
export const instanceTypeRequestSchema = z.strictObject({
  name: instanceTypeNameSchema,
  description: descriptionSchema.default(""),
  cpuThreads: cpuThreadsSchema,
  memoryBytes: memoryBytesSchema,
  isDefault: z.boolean().default(false),
});
export type InstanceTypeRequest = z.infer<typeof instanceTypeRequestSchema>;

/** The body of `PATCH /instance-types/{name}`. What runs keeps the size it was deployed with until its next revision. */
export const instanceTypePatchSchema = z.strictObject({
  description: descriptionSchema.optional(),
  cpuThreads: cpuThreadsSchema.optional(),
  memoryBytes: memoryBytesSchema.optional(),
  isDefault: z.literal(true).optional(),
});
export type InstanceTypePatch = z.infer<typeof instanceTypePatchSchema>;
