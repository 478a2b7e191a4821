import { randomBytes } from "node:crypto";
import { ARTIFACT_VIEW_BYTES_MAX, artifactListSchema } from "@slipway/contracts/api/artifact";
import { beforeAll, expect, test } from "vitest";
import { runSource, useRegistry } from "#registry/testing/registry.ts";
import { useApi } from "#testing/api.ts";

const { uri, seed } = await useRegistry();
const { call, answer, problemOf } = await useApi();
const MODEL = "odd files";
const ARTIFACTS = `/groups/files/models/${encodeURIComponent(MODEL)}/versions/1/artifacts`;
const SCRIPT = "<script>fetch('/api/v1/me/tokens', {method: 'POST'})</script>";
const BIG = randomBytes(5_000_000);
const FILES: Record<string, string | Uint8Array<ArrayBuffer>> = {
  MLmodel: "flavors: {}\n",
  "page.html": SCRIPT,
  "drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`,
  "with space & 'quotes'.txt": "spaced",
  "résumé/文書.txt": "unicode",
  "a/b/c/d/e/f/deep.json": "{}",
  "big.bin": BIG,
};

beforeAll(async () => {
  const experiment = await seed.experiment();
  const run = await seed.run(experiment);
  for (const [path, content] of Object.entries(FILES))
    await seed.put(`${experiment}/${run}/artifacts/model/${path}`, content);
  await seed.model(MODEL);
  await seed.version(MODEL, runSource(experiment, run));
  await call("POST", "/groups", { body: { name: "files" } });
  await call("PUT", "/groups/files/mlflow", { body: { trackingUri: uri } });
});

async function list(path = "", more = "") {
  return artifactListSchema.parse(await call("GET", `${ARTIFACTS}?path=${encodeURIComponent(path)}${more}`));
}

function content(path: string, download: boolean) {
  return answer("GET", `${ARTIFACTS}/content?path=${encodeURIComponent(path)}&download=${download}`);
}

test("a folder is listed with folders first, sizes, and page by page", async () => {
  const all = await list();
  expect(all.items.map(({ path }) => path)).toEqual([
    ...["a", "résumé", "big.bin", "drawing.svg", "MLmodel", "page.html", "with space & 'quotes'.txt"],
  ]);
  expect(all).toMatchObject({ total: 7, unlisted: null });
  expect(all.items[2]).toEqual({ path: "big.bin", isFolder: false, sizeBytes: BIG.length });
  expect(all.items[0]).toEqual({ path: "a", isFolder: true, sizeBytes: null });
  const first = await list("", "&pageSize=4");
  const second = await list("", `&pageSize=4&pageToken=${first.nextPageToken}`);
  expect([...first.items, ...second.items]).toEqual(all.items);
  expect(second.nextPageToken).toBeUndefined();
  expect((await list("a/b/c/d/e/f")).items).toMatchObject([{ path: "a/b/c/d/e/f/deep.json" }]);
  expect((await list("résumé")).items).toMatchObject([{ path: "résumé/文書.txt" }]);
});

test("files of any name are read, whole and to look at", async () => {
  for (const path of ["with space & 'quotes'.txt", "résumé/文書.txt", "a/b/c/d/e/f/deep.json"]) {
    for (const download of [true, false]) {
      const { status, text } = await content(path, download);
      expect([status, text], path).toEqual([200, FILES[path]]);
    }
  }
  const { headers } = await content("résumé/文書.txt", true);
  expect(headers["content-disposition"]).toBe("attachment; filename*=UTF-8''%E6%96%87%E6%9B%B8.txt");
});

test("what is in a file never runs on the console's origin: no type, no inline, an empty sandbox", async () => {
  for (const path of ["page.html", "drawing.svg"]) {
    for (const download of [true, false]) {
      const { headers } = await content(path, download);
      expect(headers["content-type"]).toMatch(/^(?:text\/plain; charset=utf-8|application\/octet-stream)$/);
      expect(headers["content-disposition"]).toMatch(/^attachment;/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
    }
  }
});

test("a big file is passed on whole with its size, and cut where one looks at it", async () => {
  const whole = await content("big.bin", true);
  expect(whole.headers["content-length"]).toBe(String(BIG.length));
  expect(whole.bytes.equals(BIG)).toBe(true);
  const seen = await content("big.bin", false);
  expect(seen.headers["slipway-truncated"]).toBe("true");
  expect(seen.bytes.equals(BIG.subarray(0, ARTIFACT_VIEW_BYTES_MAX))).toBe(true);
  expect((await content("MLmodel", false)).headers["slipway-truncated"]).toBeUndefined();
});

test("a path that leads outside, in whatever writing, is refused by name", async () => {
  const paths = [
    ...[
      "..",
      "../secret",
      "a/../../secret",
      "a/..",
      "./MLmodel",
      "/etc/passwd",
      "//etc/passwd",
      "a//b",
      "a/",
    ],
    ...["%2e%2e/secret", "%252e%252e/secret", "..%2fsecret", "a%00b", "%2Fetc/passwd"],
    ...["..\\secret", "C:\\secret", "a\0b", "a\nb", "b#c", "x".repeat(1_001)],
  ];
  for (const path of paths) {
    const encoded = encodeURIComponent(path);
    for (const route of [`${ARTIFACTS}?path=${encoded}`, `${ARTIFACTS}/content?path=${encoded}`]) {
      expect(await problemOf("GET", route), path).toMatchObject({
        status: 400,
        code: "invalid_request",
        errors: [{ field: "path" }],
      });
    }
  }
  expect(await problemOf("GET", `${ARTIFACTS}/content?path=`)).toMatchObject({ status: 400 });
  expect(await problemOf("GET", `${ARTIFACTS}/content`)).toMatchObject({ status: 400 });
});

test("who may not see the group sees none of its files", async () => {
  for (const route of [ARTIFACTS, `${ARTIFACTS}/content?path=MLmodel&download=true`]) {
    const { status, text } = await answer("GET", route, { as: "eve" });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain("flavors");
  }
});
