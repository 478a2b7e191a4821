import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

test("waits double from one second to one minute", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 1_000].map(backOffMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});
