import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import { expect, test } from "vitest";
import { type ComparedRow, compareVersions } from "./version-comparison.ts";

const version = (changed: Partial<ModelVersionDetail> = {}): ModelVersionDetail => ({
  ...{ name: "iris", version: "1", modelUri: "models:/iris/1", status: "READY", description: "" },
  ...{ registeredAt: "2026-11-03T14:02:00.000Z", lastModifiedAt: "2026-11-03T14:02:00.000Z" },
  ...{ aliases: [], deployedBy: [], params: {}, metrics: {}, tags: {}, benchmark: {} },
  ...{ registeredBy: null, sourceRun: null, loggedModel: null, url: "", source: "", signature: null },
  ...{ inputExample: null, flavors: [], requirements: [], pythonVersion: null, mlflowVersion: null },
  ...{ sizeBytes: null, warnings: [] },
  ...changed,
});

function row(versions: (ModelVersionDetail | null)[], section: string, label: string): ComparedRow {
  const found = compareVersions(versions)
    .find(({ title }) => title === section)
    ?.rows.find((each) => each.label === label);
  if (found === undefined) throw new Error(`There is no row ${label} in ${section}`);
  return found;
}
const texts = ({ cells }: ComparedRow) => cells.map((cell) => cell?.text ?? null);
const differing = ({ cells }: ComparedRow) => cells.map((cell) => cell?.differs ?? null);

test("the numbers of a metric are written alike, with what they are more or less than the first, and the ends named", () => {
  const loss = row(
    [0.25, 0.5, 0.125].map((value) => version({ metrics: { loss: value } })),
    "Metrics",
    "loss",
  );
  expect(texts(loss)).toEqual(["0.250", "0.500", "0.125"]);
  expect(loss.cells.map((cell) => cell?.delta)).toEqual([null, "+0.25 (+100 %)", "−0.125 (−50 %)"]);
  expect(loss.cells.map((cell) => cell?.extreme)).toEqual([null, "highest", "lowest"]);
  expect(differing(loss)).toEqual([false, true, true]);
});

test("a metric that is missing, NaN or infinite breaks no row", () => {
  const metrics = [{ a: 0.5 }, {}, { a: "NaN" as const }, { a: "-Infinity" as const }];
  const found = row(
    metrics.map((each) => version({ metrics: each })),
    "Metrics",
    "a",
  );
  expect(texts(found)).toEqual(["0.5", null, "NaN", "−∞"]);
  expect(found.cells.map((cell) => cell?.extreme)).toEqual([null, null, null, null]);
  expect(differing(found)).toEqual([false, true, true, true]);
  expect(
    row([version({ metrics: { a: "NaN" } }), version({ metrics: { a: "NaN" } })], "Metrics", "a").differs,
  ).toBe(false);
});

test("a version that could not be read is no difference, and the next one is the baseline", () => {
  const c = row([null, version({ params: { C: "1" } }), version({ params: { C: "10" } })], "Parameters", "C");
  expect(c.cells[0]).toBeNull();
  expect(differing(c)).toEqual([null, false, true]);
  expect(row([null, version({ params: { C: "1" } })], "Parameters", "C").differs).toBe(false);
});

test("parameters that are the same number do not differ, other texts do", () => {
  const of = (a: string, b: string) =>
    row([version({ params: { x: a } }), version({ params: { x: b } })], "Parameters", "x").differs;
  expect([
    of("1", "1.0"),
    of("1e-3", "0.001"),
    of("01", "1"),
    of("", "0"),
    of("a", "A"),
    of("v1", "v1.0"),
  ]).toEqual([...[false, false, false, true, true, true]]);
});

test("names that every object has are parameters and tags like any other", () => {
  const odd = version({ params: { constructor: "1" }, tags: { toString: "x" } });
  expect(texts(row([odd, version()], "Parameters", "constructor"))).toEqual(["1", null]);
  expect(texts(row([odd, version()], "Tags", "toString"))).toEqual(["x", null]);
});

test("signatures stand field by field, and what a version does not have is absent", () => {
  const field = (name: string | null, required = true) => ({ name, type: "double", required, tensor: null });
  const signed = version({
    signature: {
      inputs: [field("width"), field("note", false)],
      outputs: [field(null)],
      params: [{ name: "k", type: "long", default: 5 }],
    },
  });
  const labels = compareVersions([signed, version()]).find(({ title }) => title === "Signature")?.rows;
  expect(labels?.map(({ label }) => label)).toEqual([
    "Input width",
    "Input note",
    "Output #1",
    "Parameter k",
  ]);
  expect(texts(row([signed, version()], "Signature", "Input note"))).toEqual(["double, optional", null]);
  expect(texts(row([signed, signed], "Signature", "Parameter k"))).toEqual([
    ...["long, 5 by default", "long, 5 by default"],
  ]);
});

test("requirements stand package by package, however they are spelled", () => {
  const versions = [["Scikit_Learn == 1.4"], ["scikit-learn==1.4.0", "-r more.txt"]].map((requirements) =>
    version({ requirements }),
  );
  expect(row(versions, "Requirements", "scikit-learn").differs).toBe(false);
  expect(texts(row(versions, "Requirements", "-r more.txt"))).toEqual([null, "asked for"]);
});

test("sizes and figures differ in their units", () => {
  const versions = [
    version({ sizeBytes: 1_000, benchmark: { p99Ms: 2 } }),
    version({ sizeBytes: 3_500, benchmark: { p99Ms: 1 } }),
  ];
  expect(row(versions, "About", "Model size").cells[1]?.delta).toBe("+2.5 KB (+250 %)");
  expect(row(versions, "Benchmark", "p99, one caller").cells[1]?.delta).toBe("−1 ms (−50 %)");
});
