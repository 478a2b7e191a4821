/** The files of a model version. What is in them comes from strangers: it is data, and never runs anywhere. */
import { z } from "zod";
import { listOf } from "./list.ts";

/** So much of a file is answered for viewing, in bytes. */
export const ARTIFACT_VIEW_BYTES_MAX = 512 * 1024;

const PATH_CHARS_MAX = 1_000;

/** The header of a content that was cut for viewing. */
export const TRUNCATED_HEADER = "slipway-truncated";

/**
 * A path inside of a version's model folder, plain: `data/model.pkl`. What MLflow would read as another path is refused: it
 * decodes percent codes, and knows no `#`.
 */
const pathSchema = z
  .string()
  .max(PATH_CHARS_MAX, `Use at most ${PATH_CHARS_MAX} characters.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  .refine((path) => !/[\u0000-\u001f\u007f\\]/.test(path), "A path holds no control characters and no '\\'.")
  .refine(
    (path) => !/#|%[0-9a-f]{2}/i.test(path),
    "MLflow cannot read files whose names hold '#' or a percent code such as %20. Download the version with MLflow's own client.",
  )
  .refine(
    (path) => path.split("/").every((part) => part !== "" && part !== "." && part !== ".."),
    "Write a path inside of the model folder, such as data/model.pkl: not starting or ending with '/', without '.' and '..'.",
  );

/** The query of `GET …/artifacts`: the empty path is the model folder itself. */
export const artifactFolderSchema = z.union([z.literal(""), pathSchema]);
export const artifactFileSchema = pathSchema;

export const artifactSchema = z
  .object({
    path: z.string().describe("From the model folder on."),
    isFolder: z.boolean(),
    sizeBytes: z.number().nullable().describe("Null for a folder, and where MLflow does not tell."),
  })
  .meta({ id: "Artifact" });
export type Artifact = z.infer<typeof artifactSchema>;

export const artifactListSchema = listOf(artifactSchema).extend({
  total: z.number().int(),
  unlisted: z
    .object({
      reason: z.enum(["outside_mlflow", "store_failed"]),
      detail: z.string().describe("Why the folder cannot be listed, and what to do."),
    })
    .nullable()
    .describe(
      "Where MLflow cannot list the folder: why. `items` are then those of the files that MLflow always writes that could be read.",
    ),
});
export type ArtifactList = z.infer<typeof artifactListSchema>;
