/** Versions in a real MLflow, deployments that serve them as far as the database knows, and keepers of their stamps. */
import { randomBytes } from "node:crypto";
import { type DeploymentId, deploymentIdSchema } from "@slipway/contracts/ids";
import { beforeEach, vi } from "vitest";
import { createStampKeeper } from "#operations/models/stamp-versions.ts";
import { runSource, useRegistry } from "#registry/testing/registry.ts";
import { insertDeployment, insertRevision, purgeDeployment } from "#store/deployment-store.ts";
import { type BindingRecord, deleteGroup, saveBinding } from "#store/group-store.ts";
import { insertRollout, saveFact } from "#store/rollout-store.ts";
import { insertShares } from "#store/traffic-store.ts";
import { deleteStamp, listStamps } from "#store/version-stamp-store.ts";
import { createLogger } from "#telemetry/logger.ts";
import { aDeployment, anObservation, aRevision, aRollout } from "./factories.ts";

const STARTED_MS = Date.parse("2026-11-28T12:00:00Z");
const VERSIONS = [1, 2, 3];
const TAG = "slipway.deployments";

/** One group that is bound as a test says, and one model with three versions, for each test of a file. */
export async function useStamps() {
  const { uri, seed, registry, database, aGroup, aModel } = await useRegistry();
  const experiment = await seed.experiment();
  const run = await seed.run(experiment);
  const logger = createLogger("silent");
  const said = vi.spyOn(logger, "info");
  const clock = { ms: STARTED_MS };
  const now = () => new Date(clock.ms);
  const operations = { database, registry, sealingKey: randomBytes(32), now };
  const made = { groups: [] as string[], deployments: [] as DeploymentId[], count: 0 };
  const names = { group: "", model: "" };

  async function newGroup(): Promise<string> {
    made.count += 1;
    names.group = `stamps-${made.count}`;
    made.groups.push(names.group);
    await aGroup(names.group);
    return names.group;
  }

  /** The versions 1 to 3 of the model. */
  async function newVersions(): Promise<void> {
    for (const _ of VERSIONS) await seed.version(names.model, runSource(experiment, run));
  }

  beforeEach(async () => {
    for (const stamp of await listStamps(database)) await deleteStamp(database, stamp);
    for (const id of made.deployments.splice(0)) await purgeDeployment(database, id);
    for (const name of made.groups.splice(0)) await deleteGroup(database, name);
    await newGroup();
    names.model = await aModel("stamped");
    await newVersions();
    said.mockClear();
  });

  /** Binds the group; it writes back. */
  async function bind(changes: Partial<BindingRecord> = {}): Promise<void> {
    clock.ms += 1;
    await saveBinding(database, {
      ...{ groupName: names.group, trackingUri: uri, uiUri: null, workspace: null },
      ...{ webhookId: null, sealedWebhookKey: null, trackingVariables: [], artifactVariables: [] },
      ...{ writeBack: true, updatedAt: now(), updatedBy: "ada", ...changes },
    });
  }

  async function deploy(id: DeploymentId, trackingUri: string): Promise<void> {
    made.deployments.push(id);
    await insertDeployment(database, aDeployment({ id, name: id, groupName: names.group }));
    await insertRollout(database, aRollout({ deploymentId: id, state: "succeeded" }));
    for (const number of VERSIONS) {
      const { group, model: modelName } = names;
      const binding = { group, trackingUri: uri, uiUri: null, workspace: null, variables: {} };
      const modelVersion = String(number);
      const { fingerprint } = await registry.identify(binding, modelName, modelVersion);
      const spec = { modelName, modelVersion, fingerprint, trackingUri };
      await insertRevision(database, aRevision({ deploymentId: id, number, ...spec }));
    }
  }

  /** Lets a deployment's revision n serve version n with that share of the requests; the lowest of them is what serves. */
  async function serve(
    name: string,
    weights: Record<number, number>,
    { trackingUri = uri }: { trackingUri?: string } = {},
  ): Promise<void> {
    const id = deploymentIdSchema.parse(name);
    if (!made.deployments.includes(id)) await deploy(id, trackingUri);
    clock.ms += 1;
    const shares = Object.entries(weights).map(([number, weight]) => ({ revision: Number(number), weight }));
    await insertShares(database, { deploymentId: id, at: now(), shares });
    const servingRevision = shares.find(({ weight }) => weight > 0)?.revision ?? null;
    await saveFact(database, id, { servingRevision, observation: anObservation() });
  }

  /** The stamps as MLflow has them, by version. */
  async function stamps(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const version of VERSIONS) {
      const query = new URLSearchParams({ name: names.model, version: String(version) });
      const answer = await fetch(`${uri}/api/2.0/mlflow/model-versions/get?${query}`);
      const value = /"slipway\.deployments",\s*"value": "([^"]*)"/.exec(await answer.text())?.[1];
      if (value !== undefined) found[version] = value;
    }
    return found;
  }

  /** Sets the stamp of a version in MLflow by hand. */
  async function setByHand(version: number, value: string): Promise<void> {
    const body = { name: names.model, version: String(version), key: TAG, value };
    await seed.post("model-versions/set-tag", body);
  }

  return {
    ...{ uri, seed, database, names, clock, said, newGroup, newVersions, bind, serve, stamps, setByHand },
    newKeeper: () => createStampKeeper({ operations, logger }),
    rows: () => listStamps(database),
  };
}
