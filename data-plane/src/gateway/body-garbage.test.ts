import { constants, PerformanceObserver } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { noteRead } from "./body-garbage.ts";

const MEGABYTE = 1024 ** 2;
const entrySchema = z.object({ detail: z.object({ kind: z.number(), flags: z.number() }) });

/** How many collections of what is young were asked for while something was done. */
async function collections(work: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = entrySchema.parse(entry).detail;
      const isForced = (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
      if (isForced && kind === constants.NODE_PERFORMANCE_GC_MINOR) count += 1;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  work();
  await delay(100);
  observer.disconnect();
  return count;
}

test("what is young is collected after each few megabytes of bodies", async () => {
  const read = (times: number) => () => {
    for (let time = 0; time < times; time += 1) noteRead(MEGABYTE);
  };
  expect(await collections(read(40))).toBe(10);
  expect(await collections(read(1))).toBe(0);
});
