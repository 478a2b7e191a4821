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
