import { expect, it } from "vitest";
import { bestOfEach, readyViews } from "./ready-views.ts";
import type { ShownView } from "./shown-view.ts";
import { formatColumns, parseColumns, toOrderBy } from "./table-view.ts";

const KEYS = {
  metrics: ["alpha", "loss", "train_val_accuracy", "val_accuracy"],
  tags: ["data set", "stage"],
};
const PLAIN: ShownView = {
  chosen: [],
  sort: { key: "registeredAt", descending: true },
  filter: "",
  firstOfEach: false,
};

function summary(ofAllModels: boolean) {
  return Object.fromEntries(
    readyViews(KEYS, { ofAllModels, chosen: parseColumns("params.C") }).map(({ name, view }) => [
      name,
      [formatColumns(view.chosen), toOrderBy(view.sort), view.filter, view.firstOfEach],
    ]),
  );
}

it("the usual questions of a whole registry are ready, the most usual metric first, and keep the chosen columns", () => {
  expect(summary(true)).toEqual({
    "Newest first": ["params.C", "registeredAt desc", "", false],
    "What is deployed": ["params.C", "registeredAt desc", "deployedBy is not null", false],
    "Best val_accuracy of each model": [
      ...["params.C,metrics.val_accuracy", "metrics.val_accuracy desc"],
      ...["metrics.val_accuracy is not null", true],
    ],
    "Best loss of each model": [
      ...["params.C,metrics.loss", "metrics.loss asc", "metrics.loss is not null", true],
    ],
    "With an alias": ["params.C", "registeredAt desc", "aliases is not null", false],
    "With tag data set": [
      ...["params.C,tags.data set", "registeredAt desc", "tags.`data set` is not null", false],
    ],
    "With tag stage": ["params.C,tags.stage", "registeredAt desc", "tags.stage is not null", false],
  });
});

it("of one model's versions none is the first of each", () => {
  const views = summary(false);
  expect(views["Best val_accuracy"]).toEqual([
    ...["params.C,metrics.val_accuracy", "metrics.val_accuracy desc"],
    ...["metrics.val_accuracy is not null", false],
  ]);
  expect(views["Newest first"]).toEqual(["params.C", "version desc", "", false]);
});

it("nothing is called the best whose direction its name does not tell", () => {
  const names = readyViews({ metrics: ["alpha"], tags: [] }, { ofAllModels: true, chosen: [] }).map(
    ({ name }) => name,
  );
  expect(names).toContain("Highest alpha of each model");
});

it("the best of each model is by a metric: the sorted one, else a chosen one, else the most usual", () => {
  const byMetric = { ...PLAIN, sort: { key: "metrics.alpha", descending: false } };
  expect(bestOfEach(KEYS, byMetric)).toEqual({ firstOfEach: true });
  expect(bestOfEach(KEYS, { ...PLAIN, chosen: parseColumns("params.C,metrics.loss") })).toEqual({
    chosen: parseColumns("params.C,metrics.loss"),
    sort: { key: "metrics.loss", descending: false },
    firstOfEach: true,
  });
  expect(bestOfEach(KEYS, PLAIN)).toEqual({
    chosen: parseColumns("metrics.val_accuracy"),
    sort: { key: "metrics.val_accuracy", descending: true },
    firstOfEach: true,
  });
  expect(bestOfEach({ metrics: [], tags: [] }, PLAIN)).toEqual({ firstOfEach: true });
});
