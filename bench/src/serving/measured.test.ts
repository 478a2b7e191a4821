import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Fact, Measured } from "./measured.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-test-"));
const path = join(folder, "measured.jsonl");
afterEach(() => rmSync(path, { force: true }));

const FACT: Fact = { kind: "idle", side: "ray", model: "text", cores: 0.1 };

test("a run that goes on knows what was measured before it was interrupted in the middle of a line", () => {
  Measured.open(path, { resume: false }).add(FACT);
  writeFileSync(path, '{"kind":"idle","side":"r', { flag: "a" });
  const resumed = Measured.open(path, { resume: true });
  expect(resumed.facts).toEqual([FACT]);
  resumed.add({ ...FACT, side: "mlflow" });
  expect(
    Measured.open(path, { resume: true })
      .of("idle")
      .map(({ side }) => side),
  ).toEqual(["ray", "mlflow"]);
});

test("a new run takes nothing over", () => {
  Measured.open(path, { resume: false }).add(FACT);
  expect(Measured.open(path, { resume: false }).facts).toEqual([]);
});
