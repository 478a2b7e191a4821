import { expect, test } from "vitest";
import { SharedJobs } from "./shared-jobs.ts";

test("work is done once for all who ask at the same time, and a late one hears what was said before", async () => {
  const jobs = new SharedJobs<string>();
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const work = async (tell: (line: string) => void) => {
    runs += 1;
    tell("early");
    await gate.promise;
    tell("late");
    return "done";
  };
  const [first, second]: [string[], string[]] = [[], []];
  const asked = [jobs.run("key", (line) => first.push(line), work)];
  asked.push(jobs.run("key", (line) => second.push(line), work));
  gate.resolve();
  expect(await Promise.all(asked)).toEqual(["done", "done"]);
  expect([runs, first, second]).toEqual([1, ["early", "late"], ["early", "late"]]);
});

test("a failure is everybody's, and the next who asks tries anew", async () => {
  const jobs = new SharedJobs<string>();
  const fail = () => Promise.reject(new Error("no"));
  const both = [jobs.run("key", () => undefined, fail), jobs.run("key", () => undefined, fail)];
  for (const asked of both) await expect(asked).rejects.toThrow("no");
  expect(
    await jobs.run(
      "key",
      () => undefined,
      () => Promise.resolve("yes"),
    ),
  ).toBe("yes");
});
