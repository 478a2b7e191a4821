import type { Signature, SignatureField } from "@slipway/contracts/api/model";
import { expect, test } from "vitest";
import { compareSignatures } from "./signature-compatibility.ts";

const column = (name: string | null, type = "double", required = true): SignatureField => ({
  ...{ name, type, required },
  tensor: null,
});
const optional = (name: string, type = "double") => column(name, type, false);
const tensor = (name: string | null, dtype: string, shape: number[]): SignatureField => ({
  ...{ name, type: "tensor", required: true },
  tensor: { dtype, shape },
});
const signature = (parts: Partial<Signature>): Signature => ({
  ...{ inputs: [], outputs: [], params: [] },
  ...parts,
});
const inputs = (before: SignatureField[], after: SignatureField[]) =>
  compareSignatures(signature({ inputs: before }), signature({ inputs: after }));
const outputs = (before: SignatureField[], after: SignatureField[]) =>
  compareSignatures(signature({ outputs: before }), signature({ outputs: after }));

test("equal signatures are the same, in whatever order their named inputs stand", () => {
  expect(inputs([column("a"), column("b")], [column("b"), column("a")])).toMatchObject({
    verdict: "same",
    changes: [],
  });
});

test.each<[string, SignatureField[], SignatureField[], string]>([
  ["a required input is new", [column("a")], [column("a"), column("b")], "breaks"],
  ["an optional input is new", [column("a")], [column("a"), optional("b")], "fits"],
  ["an input is gone: MLflow ignores what is too much", [column("a"), column("b")], [column("a")], "look"],
  ["an input is renamed", [column("a")], [column("b")], "breaks"],
  ["an input is required now", [optional("a")], [column("a")], "breaks"],
  ["an input is optional now", [column("a")], [optional("a")], "fits"],
  ["an integer may be a double", [column("a", "integer")], [column("a", "double")], "fits"],
  ["a long may be a float", [column("a", "long")], [column("a", "float")], "fits"],
  ["a double may not be a long", [column("a", "double")], [column("a", "long")], "breaks"],
  ["a number may not be a text", [column("a", "long")], [column("a", "string")], "breaks"],
  ["a wider type that is required now", [optional("a", "long")], [column("a", "double")], "breaks"],
  [
    "a nested type differs",
    [column("a", '{"type":"array","items":{"type":"long"}}')],
    [column("a", '{"type":"array","items":{"type":"string"}}')],
    "breaks",
  ],
  ["one more column without names", [column(null)], [column(null), column(null)], "breaks"],
  ["names are asked for now", [column(null)], [column("a")], "breaks"],
  [
    "a tensor's length is free now",
    [tensor(null, "float64", [-1, 8])],
    [tensor(null, "float64", [-1, -1])],
    "fits",
  ],
  [
    "a tensor's length is fixed now",
    [tensor(null, "float64", [-1, -1])],
    [tensor(null, "float64", [-1, 8])],
    "breaks",
  ],
  [
    "a tensor has more dimensions",
    [tensor(null, "float64", [-1, 8])],
    [tensor(null, "float64", [-1, 8, 8])],
    "breaks",
  ],
  ["a tensor's numbers differ", [tensor(null, "float64", [-1])], [tensor(null, "int64", [-1])], "breaks"],
  ["columns become a tensor", [column("a")], [tensor("a", "float64", [-1])], "breaks"],
])("of the inputs, %s", (_, before, after, verdict) => {
  expect(inputs(before, after).verdict).toBe(verdict);
});

test.each<[string, SignatureField[], SignatureField[], string]>([
  ["another type", [column(null, "long")], [column(null, "string")], "breaks"],
  ["whole numbers may be fractions now", [column(null, "long")], [column(null, "double")], "breaks"],
  ["JSON writes it alike", [column(null, "integer")], [column(null, "long")], "fits"],
  ["one is gone", [column("a"), column("b")], [column("a")], "breaks"],
  ["one is new", [column("a")], [column("a"), column("b")], "look"],
  ["one may be missing now", [column("a")], [optional("a")], "look"],
  ["another name", [column("a")], [column("b")], "breaks"],
  ["a shape is fixed now", [tensor(null, "int64", [-1, -1])], [tensor(null, "int64", [-1, 3])], "fits"],
  ["a shape is free now", [tensor(null, "int64", [-1, 3])], [tensor(null, "int64", [-1, -1])], "breaks"],
])("of the outputs, %s", (_, before, after, verdict) => {
  expect(outputs(before, after).verdict).toBe(verdict);
});

test.each<[string, Signature["params"], Signature["params"], string]>([
  ["a new one has a default", [], [{ name: "k", type: "long", default: 5 }], "fits"],
  ["one that is gone is ignored", [{ name: "k", type: "long", default: 5 }], [], "look"],
  [
    "another default",
    [{ name: "k", type: "long", default: 5 }],
    [{ name: "k", type: "long", default: 6 }],
    "look",
  ],
  [
    "a wider type",
    [{ name: "k", type: "long", default: 5 }],
    [{ name: "k", type: "double", default: 5 }],
    "fits",
  ],
  [
    "a narrower type",
    [{ name: "k", type: "double", default: 5 }],
    [{ name: "k", type: "long", default: 5 }],
    "breaks",
  ],
])("of the parameters, %s", (_, before, after, verdict) => {
  expect(compareSignatures(signature({ params: before }), signature({ params: after })).verdict).toBe(
    verdict,
  );
});

test("each change says what it was, what it will be and what that means, the worst first", () => {
  expect(inputs([column("a", "long")], [optional("b"), column("a", "string")]).changes).toEqual([
    {
      ...{ part: "Input", field: "a", from: "long", to: "string", effect: "breaks" },
      words: "another type: values of the old one may be refused or cut off",
    },
    {
      part: "Input",
      field: "b",
      from: null,
      to: "double, optional",
      effect: "fits",
      words: "new and optional",
    },
  ]);
  expect(inputs([column("a"), column("b")], [column("a", "string"), column("b", "string")]).words).toBe(
    "2 changes that callers have to follow.",
  );
});

test("without a signature nothing is promised", () => {
  const there = signature({ inputs: [column("a")] });
  for (const [before, after] of [
    [null, null],
    [there, null],
    [null, there],
  ] as const)
    expect(compareSignatures(before, after).verdict).toBe("unknown");
});
