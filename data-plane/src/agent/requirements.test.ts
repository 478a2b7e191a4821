import { expect, test } from "vitest";
import { withMlflow } from "./requirements.ts";

test("the MLflow that saved the model is added where no line asks for MLflow", () => {
  expect(withMlflow("scikit-learn==1.5\n", "2.9.2")).toBe("scikit-learn==1.5\nmlflow==2.9.2\n");
  expect(withMlflow("", "2.9.2")).toBe("mlflow==2.9.2\n");
  expect(withMlflow("my-mlflow-plugin==1", null)).toBe("my-mlflow-plugin==1\nmlflow\n");
});

test.each([
  "mlflow",
  "mlflow==3.1.0",
  "MLflow >= 2",
  "mlflow[extras]==2.9",
  "mlflow-skinny==2.9",
  "mlflow @ file:///x",
])("%s is left as it is", (line) => {
  expect(withMlflow(`numpy\r\n${line}\n`, "2.9.2")).toBe(`numpy\n${line}\n`);
});
