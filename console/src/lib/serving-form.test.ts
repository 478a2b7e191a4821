import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { expect, it } from "vitest";
import {
  type ServingForm,
  servingErrors,
  servingForm,
  servingOf,
  weekdays,
  withNewWindow,
} from "./serving-form.ts";

const WINDOW = { days: ["mon" as const], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" };

function aForm(change: Partial<ServingForm> = {}): ServingForm {
  return { ...servingForm({ ...SERVING_DEFAULTS, minReplicas: 1, maxReplicas: 1 }), ...change };
}

it("a form asks for what it was made from, idling only where no replica may run", () => {
  const spec = {
    ...{ minReplicas: 0, maxReplicas: 2, idleSeconds: 60, warmWindows: [WINDOW] },
    batching: { mode: "on" as const, requestsMax: 8, delayMsMax: 0.5 },
    ...{ concurrencyMax: 10, idempotent: true },
  };
  expect(servingOf(servingForm(spec))).toEqual(spec);
  const { idleSeconds: _, warmWindows: __, ...always } = spec;
  expect(servingOf({ ...servingForm(spec), minReplicas: 2 })).toEqual({ ...always, minReplicas: 2 });
  expect(servingOf(aForm({ concurrencyMax: " " })).concurrencyMax).toBeNull();
});

it("what is wrong is named as the API names it", () => {
  const [row] = withNewWindow([], "UTC");
  if (row === undefined) throw new Error("A window was added.");
  expect(
    servingErrors(
      aForm({
        minReplicas: 0,
        maxReplicas: 0,
        idleSeconds: "",
        warmWindows: [row, { ...row, key: 1, days: [], from: "", timeZone: "Mars/Base" }],
        batching: { mode: "auto", requestsMax: 300, delayMsMax: "" },
        concurrencyMax: 0,
      }),
    ),
  ).toEqual({
    maxReplicas: "Give at least 1.",
    idleSeconds: "Give a number.",
    "warmWindows.1.days": "Choose at least one day.",
    "warmWindows.1.from": expect.stringContaining("HH:MM"),
    "warmWindows.1.timeZone": expect.stringContaining("IANA"),
    "batching.requestsMax": "Give at most 256.",
    "batching.delayMsMax": "Give a number.",
    concurrencyMax: "Give at least 1.",
  });
});

it("what is not shown stands in nobody's way", () => {
  const form = aForm({
    idleSeconds: 1,
    warmWindows: [{ ...WINDOW, key: 0, from: "" }],
    batching: { mode: "off", requestsMax: 0, delayMsMax: 5 },
  });
  expect(servingErrors(form)).toEqual({});
  expect(servingOf(form).batching).toEqual({ mode: "off", requestsMax: 64, delayMsMax: 5 });
});

it("a new window is like the last one, else office hours; days stand in the order of the week", () => {
  const first = withNewWindow([], "UTC");
  expect(first).toEqual([
    { key: 0, days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00", timeZone: "UTC" },
  ]);
  const late = first.map((row) => ({ ...row, from: "20:00" }));
  expect(withNewWindow(late, "UTC").map(({ key, from }) => [key, from])).toEqual([
    [0, "20:00"],
    [1, "20:00"],
  ]);
  expect(weekdays(["sun", "mon", "nonsense"])).toEqual(["mon", "sun"]);
});
