import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LearnedImports, readListed } from "./learned-imports.ts";

function folderWith(list: string): { folder: string; list: string } {
  const folder = mkdtempSync(join(tmpdir(), "learned-"));
  const path = join(folder, "imports.txt");
  writeFileSync(path, list);
  return { folder, list: path };
}

test("what replicas import is learned once, in order, and outlives the data plane", async () => {
  const { folder, list } = folderWith("sklearn\nsklearn.linear_model\nnumpy\nsklearn");
  const learned = new LearnedImports(folder);
  expect(await learned.learn(list)).toEqual(["sklearn", "sklearn.linear_model", "numpy"]);
  expect(await learned.learn(list)).toEqual([]);
  await learned.exclude(["numpy"]);
  expect(await new LearnedImports(folder).modules(["mlflow.sklearn", "numpy"])).toEqual([
    "mlflow.sklearn",
    "sklearn",
    "sklearn.linear_model",
  ]);
  // What was found to start threads is not learned anew.
  expect(await new LearnedImports(folder).learn(list)).toEqual([]);
});

test("only names of modules are taken, and none whose package starts threads as it sees fit", async () => {
  const { folder, list } = folderWith(
    "a-b\n../x\nos; print()\n1x\n\ntensorflow.python\nkeras\nkeras_like\n_x.y1",
  );
  expect(await new LearnedImports(folder).learn(list)).toEqual(["keras_like", "_x.y1"]);
});

test("a list that a worker has replaced by a link to a file of ours is not read", async () => {
  const { folder, list } = folderWith("secret");
  const link = join(folder, "link.txt");
  symlinkSync(list, link);
  expect([await readListed(link), await readListed(list), await readListed(folder)]).toEqual([
    [],
    ["secret"],
    [],
  ]);
});
