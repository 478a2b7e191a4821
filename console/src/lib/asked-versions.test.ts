import { expect, test } from "vitest";
import { askedVersions } from "./asked-versions.ts";

const MODELS = [
  { name: "Iris-Classifier", latestVersion: "12" },
  { name: "iris", latestVersion: "2" },
  { name: "resnet 50", latestVersion: "7" },
  { name: "empty", latestVersion: null },
  ...Array.from({ length: 9 }, (_, at) => ({ name: `churn-${at}`, latestVersion: "1" })),
];
const found = (search: string) =>
  askedVersions(search, MODELS).map(({ name, version }) => `${name}/${version}`);

test.each([
  ["iris 2", ["iris/2", "Iris-Classifier/2"]],
  ["iris v12", ["Iris-Classifier/12"]],
  ["IRIS-c version 3 ", ["Iris-Classifier/3"]],
  ["models:/Iris-Classifier/2", ["Iris-Classifier/2"]],
  ["resnet 50 1", ["resnet 50/1"]],
  ["churn 1", ["churn-0/1", "churn-1/1", "churn-2/1", "churn-3/1", "churn-4/1"]],
])("%j may mean %j", (search, versions) => expect(found(search)).toEqual(versions));

test.each([
  "",
  "2",
  "iris",
  "iris2",
  "iris v",
  "iris 0",
  "iris 1.5",
  "models:/iris@champion",
  "iris 13",
  "empty 1",
  "no 1",
])("%j means no version", (search) => expect(found(search)).toEqual([]));
