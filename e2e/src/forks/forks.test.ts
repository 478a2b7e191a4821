/** Replicas of each family of models are forked again and again, and none hangs or answers something else. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { recordFigures, rounds, roundsMsMax } from "#src/load/long-form.ts";

/** Two forks a round. */
const ROUNDS = rounds(3);
const FAMILIES = ["logistic_regression", "boosted_forest", "random_forest", "xgboost", "lightgbm"];
const figuresSchema = z.record(z.string(), z.union([z.number(), z.string()]));

const folder = mkdtempSync(join(tmpdir(), "slipway-forks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(process.platform !== "linux").for(FAMILIES)(
  "%s",
  { timeout: roundsMsMax(ROUNDS) },
  async (family, { skip }) => {
    const worker = join(inject("repositoryRoot"), "worker");
    const program = join(worker, "tests", "fork_soak.py");
    const { stdout, stderr, exitCode } = await execa(
      inject("python"),
      [program, family, String(ROUNDS), folder],
      { env: { PYTHONPATH: worker }, reject: false },
    );
    expect(exitCode, stderr).toBe(0);
    const figures = figuresSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
    if ("skipped" in figures) skip(String(figures.skipped));
    expect(figures.rounds).toBe(ROUNDS);
    recordFigures({ family, ...figures });
  },
);
