import { expect, test } from "vitest";
import { diffRequirements, packageKey, parseRequirement, readRequirements } from "./requirement-lines.ts";

test("names are spelled as PEP 503 does", () => {
  expect(["Scikit_Learn", "scikit-learn", "SCIKIT.learn", "zope.._-interface"].map(packageKey)).toEqual([
    ...["scikit-learn", "scikit-learn", "scikit-learn", "zope-interface"],
  ]);
});

test.each([
  ["mlflow==3.4.0", "mlflow", "==3.4.0"],
  ["numpy", "numpy", "any version"],
  ["  Pandas <3, >= 2 # for frames", "pandas", "<3,>=2"],
  ["pandas (>=2,<3)", "pandas", "<3,>=2"],
  ["torch==2.1.*", "torch", "==2.1.*"],
  ["torch == 2.1.0+cpu", "torch", "==2.1.0+cpu"],
  ["uvicorn[Standard, http_tools]>=0.30", "uvicorn", "[http-tools,standard] >=0.30"],
  ["uvicorn[]>=0.30", "uvicorn", ">=0.30"],
  ["tomli ; python_version < '3.11'", "tomli", 'any version; python_version < "3.11"'],
  ["tomli>=1;python_version<'3.11'", "tomli", '>=1; python_version<"3.11"'],
  ["pkg @ https://example.org/pkg.tar.gz#sha1=12", "pkg", "@ https://example.org/pkg.tar.gz#sha1=12"],
  ["pkg@git+https://example.org/pkg.git@v1", "pkg", "@ git+https://example.org/pkg.git@v1"],
  ["numpy==2.1.0 --hash=sha256:abc --hash=sha256:def \\", "numpy", "==2.1.0"],
  ["ruamel.yaml~=0.18", "ruamel-yaml", "~=0.18"],
  ["x===1.0-strange", "x", "===1.0-strange"],
])("%j asks for %s %s", (line, key, wanted) => {
  expect(parseRequirement(line)).toMatchObject({ key, wanted });
});

test.each([
  "-r other.txt",
  "-e .",
  "--extra-index-url https://example.org/simple",
  "./wheels/pkg-1.0-py3-none-any.whl",
  "pkg-1.0-py3-none-any.whl",
  "git+https://example.org/pkg.git#egg=pkg",
  "https://example.org/pkg-1.0.tar.gz",
  "name with spaces",
  "numpy=1.0",
])("%j names no package and keeps its words", (line) => {
  expect(parseRequirement(line)).toEqual({ key: line, name: line, wanted: "" });
});

test.each(["", "   ", "# only a comment", "\t#x"])("%j asks for nothing", (line) => {
  expect(parseRequirement(line)).toBeNull();
});

test("lines of the same package are one requirement, in whatever order", () => {
  const lines = ["tomli==1; python_version < '3.11'", "Tomli==2; python_version >= '3.11'"];
  const there = readRequirements(lines).get("tomli");
  expect(there?.wanted).toBe('==1; python_version < "3.11" and ==2; python_version >= "3.11"');
  expect(readRequirements(lines.toReversed()).get("tomli")?.wanted).toBe(there?.wanted);
});

test("two lists differ by package, however their lines are spelled and ordered", () => {
  expect(
    diffRequirements(
      ["scikit_learn==1.4.2", "numpy==2.0", "pandas<3,>=2", "-r more.txt", "skops==0.10"],
      ["pandas >=2, <3", "Scikit-Learn==1.5.0", "numpy==2.0.0", "xgboost", "-e ."],
    ),
  ).toEqual([
    { kind: "added", name: "-e .", from: null, to: "" },
    { kind: "removed", name: "-r more.txt", from: "", to: null },
    { kind: "changed", name: "Scikit-Learn", from: "==1.4.2", to: "==1.5.0" },
    { kind: "removed", name: "skops", from: "==0.10", to: null },
    { kind: "added", name: "xgboost", from: null, to: "any version" },
  ]);
});

test("a release's last zeros make no difference, those of a range and of another number do", () => {
  expect(diffRequirements(["a==1.0"], ["a==1.0.0"])).toEqual([]);
  expect(diffRequirements(["a==1.10"], ["a==1.1"])).toHaveLength(1);
  expect(diffRequirements(["a==10"], ["a==1"])).toHaveLength(1);
  expect(diffRequirements(["a~=1.0"], ["a~=1.0.0"])).toHaveLength(1);
  expect(diffRequirements(["a==1.0"], ["a[x]==1.0"])).toHaveLength(1);
});
