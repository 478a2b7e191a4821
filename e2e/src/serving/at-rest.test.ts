/** A control plane whose deployments only serve has nothing to write and nothing to tell. */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { GROUP, startProduct } from "#src/product.ts";

const WATCH_MS = 2_000;
const WATCHES_MAX = 10;

test("while nothing changes, nothing is announced, so that the reconciler is not woken by itself", async () => {
  await using product = await startProduct();
  const { id } = await product.api.deploy(GROUP, { name: "Iris", modelUri: "models:/iris-classifier/1" });
  await product.api.until(GROUP, id, "Deployed");
  const listener = new pg.Client({ connectionString: product.settings.databaseUrl });
  await listener.connect();
  try {
    let announced = 0;
    listener.on("notification", () => {
      announced += 1;
    });
    await listener.query("listen slipway_change");
    // The last steps of the rollout, and the compiling of byte code, may still be told.
    for (let watch = 0; watch < WATCHES_MAX; watch += 1) {
      announced = 0;
      await delay(WATCH_MS);
      if (announced === 0) break;
    }
    expect(announced).toBe(0);
  } finally {
    await listener.end();
  }
});
