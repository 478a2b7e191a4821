import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { expect, test } from "vitest";
import { aDeployment, aRevision } from "#testing/factories.ts";
import { toAssignment } from "./assignments.ts";

const WINDOW = { days: ["sat" as const], from: "22:00", to: "06:00", timeZone: "UTC" };
const deployment = aDeployment();
const REVISION = aRevision({
  ...{ minReplicas: 0, maxReplicas: 2, batchingTag: "on" },
  serving: {
    ...SERVING_DEFAULTS,
    concurrencyMax: 9,
    idempotent: true,
    idleSeconds: 30,
    warmWindows: [WINDOW],
  },
});

test("the data plane is told how requests are taken, and the mode that holds instead of the one that was asked for", () => {
  const { revisions } = toAssignment({
    ...{ deployment, clients: [], rollout: null, servingRevision: null, binding: undefined },
    shares: [{ revision: 1, weight: 100 }],
    revisions: new Map([[`${deployment.id}/1`, REVISION]]),
  });
  expect(revisions).toMatchObject([
    {
      ...{ minReplicas: 0, maxReplicas: 2, concurrencyMax: 9, idempotent: true, idleSeconds: 30 },
      warmWindows: [WINDOW],
      batching: { ...SERVING_DEFAULTS.batching, mode: "on" },
    },
  ]);
});
