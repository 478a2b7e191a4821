/** The files of a version: browsed, looked at, downloaded; what is in them never runs. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { beforeAll, expect, inject, test } from "vitest";
import { type OtherMlflow, startOtherMlflow } from "#src/other-mlflow/server.ts";
import { GROUP } from "#src/product.ts";
import { useConsole } from "./use-console.ts";

const { product, ui, button } = await useConsole({ mlflowUri: null });
const PAGE = "/models/filed/versions/1";
const SCRIPT = "<script>document.title = 'it ran'</script><img src=x onerror=\"document.title='it ran'\">";
/** A chequered picture. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAHgAAAA8CAMAAACac46aAAAABlBMVEUQTIHwjABMpXvVAAAAPUlEQVR42u3QsQkAAAgDQd1/aRdIq4Xc14GDVIU6dLEDg8FgMBgM/gq7FQwGg8FgMHgf9gIYDAaDwWDwOjxgBQ4RfrTsAQAAAABJRU5ErkJggg==",
  "base64",
);
const BIG = randomBytes(5_000_000);
const LOG = Array.from({ length: 40_000 }, (_, at) => `epoch ${at} loss 0.${at}`).join("\n");
const CSV = ["name,note,value", ...Array.from({ length: 300 }, (_, at) => `row ${at},"a, ""b""",${at}`)].join(
  "\n",
);
const FILES: Record<string, string | Uint8Array<ArrayBuffer>> = {
  MLmodel: "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n",
  "data/figures/confusion matrix.png": PNG,
  "data/figures/fake.png": SCRIPT,
  "data/rows.csv": CSV,
  "data/config.json": '{"layers": [1, 2, 3], "name": "résumé"}',
  "data/model.pkl": BIG,
  "data/train.log": LOG,
  "report.html": SCRIPT,
  "drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "it ran"</script></svg>`,
};
let server: OtherMlflow;

beforeAll(async () => {
  server = await startOtherMlflow({ python: inject("python") });
  await seed(server.uri);
  await product.api.put(`/groups/${GROUP}/mlflow`, { trackingUri: server.uri });
  return () => server[Symbol.asyncDispose]();
});

async function seed(uri: string): Promise<void> {
  async function post(path: string, body: object): Promise<string> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
      ...{ method: "POST", headers, body: JSON.stringify(body) },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return (/"run_id": *"(\w+)"/.exec(text) ?? /"experiment_id": *"(\w+)"/.exec(text))?.[1] ?? "";
  }
  const experiment = await post("experiments/create", { name: "files" });
  const run = await post("runs/create", { experiment_id: experiment });
  for (const [path, body] of Object.entries(FILES)) {
    const route = path.split("/").map(encodeURIComponent).join("/");
    const folder = `${experiment}/${run}/artifacts/model`;
    await fetch(`${uri}/api/2.0/mlflow-artifacts/artifacts/${folder}/${route}`, { method: "PUT", body });
  }
  await post("registered-models/create", { name: "filed" });
  const source = `mlflow-artifacts:/${experiment}/${run}/artifacts/model`;
  await post("model-versions/create", { name: "filed", source, run_id: run });
  await post("model-versions/create", { name: "filed", source: "s3://elsewhere/model" });
}

const files = () =>
  ui.page.locator("section").filter({ has: ui.page.getByRole("heading", { name: "Files" }) });
const entry = (name: string) => files().getByRole("link", { name, exact: true });
const shown = (name: string) => files().getByRole("region", { name, exact: true });

test("folders are walked by links, with the place in the URL and a way back", async () => {
  await ui.open(PAGE);
  await entry("MLmodel").waitFor();
  await ui.checkAccessibility("files-folder");
  await entry("data").click();
  await ui.page.waitForURL(/\?file=data\/$/);
  await entry("figures").focus();
  await ui.page.keyboard.press("Enter");
  await entry("confusion matrix.png").click();
  await files().getByRole("img", { name: "confusion matrix.png" }).waitFor();
  const width = () =>
    files()
      .getByRole("img", { name: "confusion matrix.png" })
      .evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(width).toBe(120);
  await ui.checkAccessibility("files-image");
  const url = ui.page.url();
  await entry("data").click();
  await entry("rows.csv").waitFor();
  await ui.page.goto(url);
  await expect.poll(width).toBe(120);
});

test("MLmodel is read as it is written, with the numbers of its lines", async () => {
  await ui.open(`${PAGE}?file=MLmodel`);
  await shown("MLmodel").getByText("loader_module: mlflow.sklearn").waitFor();
  await ui.checkAccessibility("files-mlmodel");
});

test("JSON is indented and CSV a table, both also as written", async () => {
  await ui.open(`${PAGE}?file=data/config.json`);
  await shown("data/config.json").getByText('"layers": [1, 2, 3],').waitFor();
  await files().getByText("As written").click();
  await shown("data/config.json").getByText('{"layers": [1, 2, 3], "name": "résumé"}').waitFor();
  await ui.open(`${PAGE}?file=data/rows.csv`);
  await files().getByRole("cell", { name: 'a, "b"' }).first().waitFor();
  await files().getByText("The first 200 rows").waitFor();
  await ui.checkAccessibility("files-csv");
});

test("a long text is cut and says so; the download is whole", async () => {
  await ui.open(`${PAGE}?file=data/train.log`);
  await shown("data/train.log").getByText("epoch 0 loss").waitFor();
  await files().getByText("These are the first 512 KB").waitFor();
  await ui.checkAccessibility("files-log");
  await ui.open(`${PAGE}?file=data/model.pkl`);
  await files().getByText("This is not a text").waitFor();
  await files().getByText("5 MB").waitFor();
  await ui.checkAccessibility("files-binary");
  const begun = ui.page.waitForEvent("download");
  await files().getByRole("link", { name: "Download" }).click();
  const download = await begun;
  expect(download.suggestedFilename()).toBe("model.pkl");
  expect((await readFile(await download.path())).equals(BIG)).toBe(true);
});

test("what looks like a page or a picture and is a script is shown as text, and does not run", async () => {
  await ui.open(`${PAGE}?file=report.html`);
  await shown("report.html").getByText("it ran").waitFor();
  await ui.open(`${PAGE}?file=drawing.svg`);
  await shown("drawing.svg").getByText("it ran").waitFor();
  await ui.open(`${PAGE}?file=data/figures/fake.png`);
  await files().getByText("This is not a picture").waitFor();
  expect(await ui.page.title()).not.toContain("it ran");
  // Opened by its own address it is saved, not shown.
  const begun = ui.page.waitForEvent("download");
  const address = `/api/v1/groups/${GROUP}/models/filed/versions/1/artifacts/content?path=report.html`;
  await ui.page.goto(`${ui.origin}${address}`).catch(() => undefined);
  expect((await begun).suggestedFilename()).toBe("report.html");
  expect(ui.complaints).toEqual([]);
});

test("what is not there and what MLflow cannot list are said in words", async () => {
  await ui.open(`${PAGE}?file=data/nothing.txt`);
  await files().getByText("has no file 'data/nothing.txt'").waitFor();
  await ui.open(`${PAGE}?file=../secret`);
  await files().getByText("Write a path inside of the model folder").waitFor();
  await ui.open("/models/filed/versions/2");
  await files().getByText("MLflow cannot list these files").waitFor();
  await ui.checkAccessibility("files-unlisted");
  expect(await button("Show more").count()).toBe(0);
});
