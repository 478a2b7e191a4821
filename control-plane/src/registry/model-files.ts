/** What MLflow writes into a model's folder, read as leniently as it can be: one part that is wrong costs no other. */
import { parse as parseYaml } from "yaml";
import { z } from "zod";

/** Files that are parsed are read up to this size. */
export const MODEL_FILE_BYTES_MAX = 2 * 1024 * 1024;

const mlmodelSchema = z.object({
  flavors: z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).default({}),
  mlflow_version: z.string().nullish().catch(null),
  model_size_bytes: z.number().nullish().catch(null),
  /** Whoever needs these two parses them, and tells what is wrong with them. */
  signature: z.unknown().optional(),
  saved_input_example_info: z.unknown().optional(),
});
export type Mlmodel = z.output<typeof mlmodelSchema>;

const pythonEnvSchema = z.object({ python: z.string().optional() });

/** Reads `MLmodel`. Throws when it is no YAML, or none that MLflow writes. */
export function parseMlmodel(text: string): Mlmodel {
  return mlmodelSchema.parse(parseYaml(text));
}

/** The Python version that `python_env.yaml` states. Throws as {@link parseMlmodel} does. */
export function pythonOfEnv(text: string): string | null {
  // In YAML's failsafe schema 3.10 is a text, not the number 3.1.
  return pythonEnvSchema.parse(parseYaml(text, { schema: "failsafe" })).python ?? null;
}

/** What is wrong with a file or a part of one, in a line for people. */
export function notWhatMlflowWrites(what: string, error: unknown): string {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  return `${what} is not what MLflow writes: ${message.split("\n", 1)[0]?.slice(0, 200) ?? ""}`;
}
