/** How a deployment takes requests, said in the form, confirmed, kept, and shown where it serves. */
import { expect, test } from "vitest";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button, field, dialog, section, unfold } = await useConsole();
const latest = async (id: string) => (await product.api.deployment(GROUP, id)).latest;
const rowsOf = async () =>
  (await dialog().getByRole("row").allInnerTexts()).slice(1).map((row) => row.split("\t"));

test("everything of the section arrives, also by keyboard alone", async () => {
  await ui.open("/deployments/new?modelUri=models:/iris-classifier/2");
  const header = section("Serving").getByRole("button", { expanded: false }).first();
  await header.focus();
  await ui.page.keyboard.press("Enter");
  await ui.page.keyboard.press("Tab");
  await ui.page.keyboard.type("0");
  await expect.poll(() => field("Replicas at least").inputValue()).toBe("0");
  await ui.page.keyboard.press("Tab");
  await ui.page.keyboard.type("2");
  await field("The last replica ends after").fill("5");
  await ui.page.getByText("Give at least 10.").waitFor();
  await field("The last replica ends after").fill("1800");
  await ui.page.getByText("30 min without a request.").waitFor();

  await button("Add window").click();
  const window = ui.page.getByRole("group", { name: "Warm window 1" });
  for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) {
    await window.getByRole("checkbox", { name: `${day} in window 1` }).focus();
    await ui.page.keyboard.press("Space");
  }
  await window.getByText("Choose at least one day.").waitFor();
  await window.getByRole("checkbox", { name: "Sun in window 1" }).focus();
  await ui.page.keyboard.press("Space");
  await ui.page.getByLabel("Begin of window 1").fill("22:00");
  await ui.page.getByLabel("End of window 1").fill("06:30");
  await window.getByText("Ends on the next day.").waitFor();
  await ui.page.getByLabel("Time zone of window 1").selectOption("Europe/Berlin");
  await button("Add window").click();
  await button("Remove window 2").click();

  await ui.page.getByRole("radio", { name: "Automatic" }).focus();
  await ui.page.keyboard.press("ArrowDown");
  await field("Together at most").fill("300");
  await ui.page.getByText("Give at most 256.").waitFor();
  await field("Together at most").fill("32");
  await field("Wait for others at most").fill("0.5");
  await field("Requests at the same time").fill("100");
  await ui.page.getByRole("switch", { name: /Send a request again/ }).focus();
  await ui.page.keyboard.press("Space");
  await section("Serving")
    .getByText(
      "0 to 2 replicas, none after 30 min idle · batching on · at most 100 requests at a time · sent again once",
    )
    .waitFor();
  await ui.checkAccessibility("serving-new");

  await button("Deploy").click();
  await ui.page.waitForURL(/\/deployments\/iris-classifier$/);
  expect(await latest("iris-classifier")).toMatchObject({
    ...{ minReplicas: 0, maxReplicas: 2, idleSeconds: 1_800 },
    warmWindows: [{ days: ["sun"], from: "22:00", to: "06:30", timeZone: "Europe/Berlin" }],
    batching: { mode: "on", requestsMax: 32, delayMsMax: 0.5 },
    ...{ concurrencyMax: 100, idempotent: true },
  });
});

test("the page says what the worker says of batching, and the revision what was asked for", async () => {
  await product.api.until(GROUP, "iris-classifier", "Deployed");
  await ui.open("/deployments/iris-classifier");
  const { serving } = await product.api.deployment(GROUP, "iris-classifier");
  await ui.page.getByText(serving?.batching?.reason ?? "no reason", { exact: true }).waitFor();
  await ui.checkAccessibility("serving-deployment");
  await ui.open("/deployments/iris-classifier?tab=history&revision=1");
  await dialog().getByText("0 to 2, none after 30 min without a request").waitFor();
  await dialog().getByText("Sun 22:00 to 06:30 (Europe/Berlin)").waitFor();
  await dialog().getByText("on, up to 32 requests, waiting up to 0.5 ms").waitFor();
  await ui.checkAccessibility("serving-revision");
});

test("an update shows each change in words and sends only those", async () => {
  await ui.open("/deployments/iris-classifier/update");
  await unfold("Serving");
  await button("Remove window 1").click();
  await ui.page.getByRole("radio", { name: "Off" }).check();
  await field("Requests at the same time").fill("");
  await button("Deploy").click();
  await dialog().getByText("Deploy revision 2 of iris-classifier?").waitFor();
  expect(await rowsOf()).toEqual([
    ["Warm windows", "Sun 22:00 to 06:30 (Europe/Berlin)", "none"],
    ["Batching", "on, up to 32 requests, waiting up to 0.5 ms", "off"],
    ["Requests at the same time", "at most 100", "no bound of its own"],
  ]);
  await ui.checkAccessibility("serving-confirm");
  const sent = ui.page.waitForRequest((request) => request.method() === "PATCH");
  await dialog().getByRole("button", { name: "Confirm" }).click();
  expect((await sent).postDataJSON()).toEqual({
    warmWindows: [],
    batching: { mode: "off", requestsMax: 32, delayMsMax: 0.5 },
    concurrencyMax: null,
    ...{ updateMessage: "", baseRevision: 1 },
  });
  await ui.page.waitForURL(/\/deployments\/iris-classifier$/);
  expect(await latest("iris-classifier")).toMatchObject({ number: 2, batching: { mode: "off" } });
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});
