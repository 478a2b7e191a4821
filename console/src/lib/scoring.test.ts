import type { Signature } from "@slipway/contracts/api/model";
import { describe, expect, it } from "vitest";
import { checkField, exampleRow, scoringBody, scoringForm } from "./scoring.ts";

function column(name: string | null, type: string, required = true): Signature["inputs"][number] {
  return { name, type, required, tensor: null };
}

const signature: Signature = {
  inputs: [
    column("sepal length (cm)", "double"),
    column("count", "long"),
    column("flag", "boolean"),
    column("note", "string", false),
    column("box", "Array(double)", false),
  ],
  outputs: [],
  params: [{ name: "top_k", type: "long", default: 3 }],
};
const example = {
  dataframe_split: { columns: ["sepal length (cm)", "count", "flag"], data: [[5.1, 3, true]] },
};

describe("the form of a signature", () => {
  it("starts from the example and gives the same row back, typed", () => {
    const form = scoringForm(signature, example);
    if (form === null) throw new Error("no form");
    const typed = Object.fromEntries(form.columns.map((field) => [field.name, field.initial]));
    expect(scoringBody(form, typed, {})).toEqual(example);
  });
  it("sends optional columns and parameters only when they were filled in or changed", () => {
    const form = scoringForm(signature, example);
    if (form === null) throw new Error("no form");
    const typed = { "sepal length (cm)": "1e-3", count: "7", flag: "false", note: "hi", box: "[1, 2]" };
    expect(scoringBody(form, typed, { top_k: "5" })).toEqual({
      dataframe_split: {
        columns: ["sepal length (cm)", "count", "flag", "note", "box"],
        data: [[0.001, 7, false, "hi", [1, 2]]],
      },
      params: { top_k: 5 },
    });
  });
  it("gives way to JSON for tensors, unnamed or too many columns, and no signature", () => {
    const tensor = {
      name: null,
      type: "tensor",
      required: true,
      tensor: { dtype: "float64", shape: [-1, 8, 8] },
    };
    expect(scoringForm({ ...signature, inputs: [tensor] }, null)).toBeNull();
    expect(scoringForm({ ...signature, inputs: [column(null, "double")] }, null)).toBeNull();
    const wide = Array.from({ length: 61 }, (_, index) => column(`c${index}`, "double"));
    expect(scoringForm({ ...signature, inputs: wide }, null)).toBeNull();
    expect(scoringForm(null, example)).toBeNull();
  });
  it("says what is wrong with a typed value", () => {
    const [double, long, , note, box] = scoringForm(signature, null)?.columns ?? [];
    if (!double || !long || !note || !box) throw new Error("no form");
    expect(checkField(double, "abc")).toBe("Write a number.");
    expect(checkField(double, "")).toBe("Give a value.");
    expect(checkField(long, "1.5")).toBe("Write a whole number.");
    expect(checkField(long, "9007199254740993")).toBe("Too big to be sent exactly.");
    expect(checkField(box, "[1,")).toBe("Write JSON.");
    expect(checkField(note, "")).toBeNull();
  });
});

it("the first row is found in every form that MLflow takes", () => {
  const row = { a: 1, b: "x" };
  expect(exampleRow({ dataframe_split: { columns: ["a", "b"], data: [[1, "x"]] } })).toEqual(row);
  expect(exampleRow({ dataframe_records: [row] })).toEqual(row);
  expect(exampleRow({ instances: [row] })).toEqual(row);
  expect(exampleRow({ inputs: { a: [1, 2], b: ["x", "y"] } })).toEqual(row);
  expect(exampleRow({ inputs: [[1, 2]] })).toEqual({});
  expect(exampleRow(null)).toEqual({});
});
