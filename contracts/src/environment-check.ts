/** Whether an environment could be made for a version: asked of the data plane, answered without building anything. */
import { z } from "zod";

/** Longer requirements are not looked at. */
export const REQUIREMENTS_LENGTH_MAX = 200_000;
/** A dry run of uv ends after this long. */
export const ENVIRONMENT_CHECK_MS_MAX = 4_000;

const textSchema = z.string().max(REQUIREMENTS_LENGTH_MAX);

/** What a version's files ask for. */
export const environmentCheckRequestSchema = z.object({
  requirements: textSchema,
  /** `constraints.txt` beside them. */
  constraints: textSchema.nullable(),
  /** The MLflow that is added where the requirements name none. */
  mlflowVersion: z.string().max(100).nullable(),
  /** Null where the version does not say: the data plane has a default. */
  pythonVersion: z.string().max(100).nullable(),
  timeoutMs: z.number().int().min(1).max(ENVIRONMENT_CHECK_MS_MAX),
});
export type EnvironmentCheckRequest = z.infer<typeof environmentCheckRequestSchema>;

const told = z.string();
const resolutionSchema = z.discriminatedUnion("state", [
  /** `packages` are the names, normalised, with the versions that would be installed. */
  z.object({ state: z.literal("resolved"), packages: z.record(z.string(), z.string()) }),
  z.object({ state: z.literal("unsatisfiable"), message: told }),
  /** Something has no wheel: only a build from source could tell. */
  z.object({ state: z.literal("source only"), message: told }),
  z.object({ state: z.literal("unreachable"), message: told }),
  z.object({ state: z.literal("timed out") }),
  z.object({ state: z.literal("not tried"), message: told }),
]);

export const environmentCheckSchema = z.object({
  python: z.object({
    /** The version's own, or the data plane's default. */
    wanted: z.string(),
    /** The interpreter that would be used; null where none fits. */
    found: z.string().nullable(),
    available: z.array(z.string()),
  }),
  /** The environment is here already, so that nothing is left to be resolved or downloaded. */
  built: z.boolean(),
  resolution: resolutionSchema,
  /** Lines that only a real build obeys: options, paths, addresses. */
  leftOut: z.array(z.string()),
  tookMs: z.number(),
});
export type EnvironmentCheck = z.infer<typeof environmentCheckSchema>;
