import { expect, test } from "vitest";
import { isSameMlflow } from "./mlflow.ts";

const place = (trackingUri: string, workspace: string | null = null) => ({ trackingUri, workspace });

test.each([
  ["http://mlflow:5000", "http://mlflow:5000/"],
  ["http://mlflow", "http://mlflow:80"],
  ["https://MLflow.example:443/team", "https://mlflow.example/team/"],
  ["http://localhost:5000", "http://127.0.0.1:5000"],
  ["http://[::1]:5000", "http://localhost:5000/"],
])("%s and %s are the same MLflow", (a, b) => {
  expect(isSameMlflow(place(a), place(b))).toBe(true);
});

test.each([
  ["http://mlflow:5000", "http://mlflow:5001"],
  ["http://mlflow", "https://mlflow"],
  ["http://mlflow/a", "http://mlflow/b"],
  ["http://127.0.0.1:5000", "http://127.0.0.2:5000"],
])("%s and %s are two", (a, b) => {
  expect(isSameMlflow(place(a), place(b))).toBe(false);
});

test("two workspaces of one server are two registries", () => {
  expect(isSameMlflow(place("http://mlflow", "a"), place("http://mlflow", "b"))).toBe(false);
});
