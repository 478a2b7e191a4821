/** Pieces that several routes declare. */
import { problemSchema } from "@slipway/contracts/errors";
import { z } from "zod";

export const groupParams = z.object({ group: z.string() });
export const modelParams = groupParams.extend({ name: z.string() });
export const versionParams = modelParams.extend({ version: z.string() });
export const deploymentParams = groupParams.extend({ id: z.string() });

export const noContent = z.null().describe("Done.");

/** What every route may answer instead. */
export const failures = { "4xx": problemSchema, "5xx": problemSchema };

/** Comma-separated names, each percent-encoded on its own where it holds a comma. */
export const namesSchema = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .filter((name) => name !== "")
      .map(decoded),
  );

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // A percent sign that encodes nothing is one.
  }
}
