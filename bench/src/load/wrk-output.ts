/** What one run of the load generator has measured, as `load/rotate.lua` prints it. */
import { z } from "zod";

const MARK = "rotate.lua ";

const count = z.number().int().min(0);
const printedSchema = z.object({
  requests: count,
  durationUs: count,
  not200: count,
  connectErrors: count,
  readErrors: count,
  writeErrors: count,
  timeouts: count,
  p50Us: z.number(),
  p90Us: z.number(),
  p99Us: z.number(),
  maxUs: z.number(),
});

export const loadFiguresSchema = z.object({
  /** Answers with status 200 within the time. */
  served: count,
  /** Any other status, and every error and timeout of a connection. */
  failed: count,
  seconds: z.number(),
  p50Ms: z.number(),
  p90Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});
export type LoadFigures = z.infer<typeof loadFiguresSchema>;

/** Reads the output of wrk. @throws Error when the line of the script is not in it, or not as it should be. */
export function readWrkOutput(output: string): LoadFigures {
  const line = output.split("\n").find((each) => each.startsWith(MARK));
  if (line === undefined) throw new Error(`wrk printed no figures:\n${output.trim()}`);
  const printed = printedSchema.parse(JSON.parse(line.slice(MARK.length)));
  const { not200, connectErrors, readErrors, writeErrors, timeouts } = printed;
  return {
    served: printed.requests - not200,
    failed: not200 + connectErrors + readErrors + writeErrors + timeouts,
    seconds: printed.durationUs / 1e6,
    p50Ms: printed.p50Us / 1000,
    p90Ms: printed.p90Us / 1000,
    p99Ms: printed.p99Us / 1000,
    maxMs: printed.maxUs / 1000,
  };
}
