import { expect, it } from "vitest";
import {
  filterDeployed,
  fromSavedView,
  isDeployedOnly,
  isSameView,
  type ShownView,
  toSavedView,
  viewSearch,
} from "./shown-view.ts";

const VIEW: ShownView = {
  chosen: [
    { kind: "params", name: "C" },
    { kind: "metrics", name: "val/accuracy" },
  ],
  sort: { key: "metrics.val/accuracy", descending: true },
  filter: "tags.stage = 'ok'",
  firstOfEach: true,
};

it("what is saved shows the same when it is opened", () => {
  const saved = {
    ...toSavedView("Mine", VIEW),
    ...{ id: "1", model: null, createdAt: "2026-11-28T09:00:00Z", createdBy: "ann" },
    viewerCan: { change: true },
  };
  expect(saved).toMatchObject({
    columns: ["params.C", "metrics.val/accuracy"],
    orderBy: "metrics.val/accuracy desc",
  });
  expect(fromSavedView(saved)).toEqual(VIEW);
  expect(fromSavedView({ ...saved, orderBy: "tags.a b asc" }).sort).toEqual({
    key: "tags.a b",
    descending: false,
  });
});

it("a view's URL says everything that it shows, the absence of columns too", () => {
  expect(viewSearch(VIEW)).toEqual({
    columns: "params.C,metrics.val/accuracy",
    sort: "-metrics.val/accuracy",
    filter: "tags.stage = 'ok'",
    best: "true",
  });
  expect(viewSearch({ ...VIEW, chosen: [], filter: "", firstOfEach: false })).toEqual({
    columns: "",
    sort: "-metrics.val/accuracy",
  });
});

it("two views are the same when all that they show is", () => {
  expect(isSameView(VIEW, { ...VIEW })).toBe(true);
  const others = [{ chosen: [] }, { filter: "" }, { firstOfEach: false }];
  for (const other of others) expect(isSameView(VIEW, { ...VIEW, ...other })).toBe(false);
  expect(isSameView(VIEW, { ...VIEW, sort: { ...VIEW.sort, descending: false } })).toBe(false);
});

it.each([
  ["", "deployedBy is not null", ""],
  ["version > 1", "deployedBy is not null and version > 1", "version > 1"],
  ["version > 1 or version < 0", "deployedBy is not null and (version > 1 or version < 0)", null],
  ["(version > 1 or version < 0)", "deployedBy is not null and (version > 1 or version < 0)", null],
])("'%s' becomes what is deployed of it, and back", (filter, deployed, back) => {
  expect(isDeployedOnly(filter)).toBe(false);
  expect(filterDeployed(filter, true)).toBe(deployed);
  expect(isDeployedOnly(deployed)).toBe(true);
  expect(filterDeployed(deployed, false)).toBe(back ?? "(version > 1 or version < 0)");
});
