import { expect, test } from "vitest";
import { separatePlain } from "./plain-requirements.ts";

test.each([
  "numpy",
  "mlflow==3.17.2",
  "NumPy >=2, <3",
  "pandas[performance,aws]~=2.2",
  "torch==2.1.0+cpu",
  "scipy (>=1.10)",
  "uvloop>=0.19; sys_platform != 'win32' and python_version >= \"3.9\"",
])("%s is resolved", (line) => {
  expect(separatePlain(line)).toEqual({ text: `${line}\n`, leftOut: [] });
});

test.each([
  "--index-url http://127.0.0.1/simple",
  "-i http://127.0.0.1/simple",
  "--find-links=/opt/wheels",
  "--no-binary :all:",
  "-e .",
  "-r /etc/passwd",
  "-c /etc/passwd",
  "--constraint ../constraints.txt",
  "package @ https://example.org/package-1.tar.gz",
  "package @ file:///etc/passwd",
  "git+https://example.org/package.git",
  "./package",
  "package/",
  "package-1.0-py3-none-any.whl",
  "package.tar.gz",
  "numpy --config-settings=a=b",
  "numpy==1 --no-binary numpy",
  "numpy==1 $HOME",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: uv itself fills in variables that are written so
  "${HOME}",
  "numpy; `id`",
])("%s is left to a real build", (line) => {
  expect(separatePlain(`numpy\n${line}\n`)).toEqual({ text: "numpy\n", leftOut: [line] });
});

test("comments, hashes, continued lines and the constraints beside it are no obstacle", () => {
  const text =
    "# made by MLflow\r\nnumpy==2.4 \\\r\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\n-c constraints.txt\npandas # a table\n";
  expect(separatePlain(text)).toEqual({ text: "numpy==2.4\npandas\n", leftOut: [] });
});

test("an option cannot hide behind a continued line", () => {
  expect(separatePlain("numpy \\\n--index-url http://127.0.0.1/simple")).toMatchObject({
    text: "",
    leftOut: [expect.stringContaining("--index-url")],
  });
});

test("credentials of an address are not told", () => {
  expect(separatePlain("--extra-index-url https://ada:secret@example.org/simple").leftOut).toEqual([
    "--extra-index-url https://…@example.org/simple",
  ]);
});
