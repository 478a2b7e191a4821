/** A control plane whose deployments only serve, or wait, has nothing to write and nothing to tell. */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const WATCH_MS = 2_000;
const WATCHES_MAX = 10;

/** How many changes were announced in the last watch; the watches end with the first in which none was. */
async function announcedAtRest({ settings }: Product): Promise<number> {
  const listener = new pg.Client({ connectionString: settings.databaseUrl });
  await listener.connect();
  try {
    let announced = 0;
    listener.on("notification", () => {
      announced += 1;
    });
    await listener.query("listen slipway_change");
    // The last steps of a rollout, and the compiling of byte code, may still be told.
    for (let watch = 0; watch < WATCHES_MAX; watch += 1) {
      announced = 0;
      await delay(WATCH_MS);
      if (announced === 0) break;
    }
    return announced;
  } finally {
    await listener.end();
  }
}

test("while nothing changes, nothing is announced, so that the reconciler is not woken by itself", async () => {
  await using product = await startProduct();
  const { id } = await product.api.deploy(GROUP, { name: "Iris", modelUri: "models:/iris-classifier/1" });
  await product.api.until(GROUP, id, "Deployed");
  expect(await announcedAtRest(product)).toBe(0);

  // Nor while a rollout only waits.
  await product.api.patch(`/groups/${GROUP}/deployments/${id}`, {
    modelUri: "models:/iris-classifier/2",
    strategy: { kind: "canary", promotion: "manual", steps: [{ weight: 20, pauseSeconds: 600 }] },
  });
  await product.api.untilTrue(GROUP, id, ({ rollout }) => rollout?.progress?.phase === "canary");
  expect(await announcedAtRest(product)).toBe(0);
});
