/** What there is to stamp, and to take away, in which MLflow: read anew at each look. */
import { isSameMlflow, type MlflowPlace } from "#domain/mlflow.ts";
import { type ServedVersion, stampKey, wantedStamps } from "#domain/version-stamp.ts";
import { openBinding } from "#operations/groups/binding.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { type BindingRecord, listBindings } from "#store/group-store.ts";
import { lastVariablesFor, listStamps, type StampRecord } from "#store/version-stamp-store.ts";
import { servedVersions } from "./served-versions.ts";
import type { StampWork } from "./stamp-registry.ts";

/** A group and an MLflow that it stamps versions in, or has stamped some in. */
export interface StampPlace {
  group: string;
  place: MlflowPlace;
  /** Null when the group is bound to another MLflow by now, or to none. */
  record: BindingRecord | null;
  /** What is to be stamped. */
  served: ServedVersion[];
  rows: StampRecord[];
}

/** Tells places apart. */
export function placeKey({
  group,
  place: { trackingUri, workspace },
}: Pick<StampPlace, "group" | "place">): string {
  return JSON.stringify([group, trackingUri, workspace]);
}

/** All places; none where no group writes back and nothing is stamped, which costs two small queries. */
export async function readStampPlaces(operations: Pick<OperationPorts, "database">): Promise<StampPlace[]> {
  const { database } = operations;
  const [bindings, rows] = await Promise.all([listBindings(database), listStamps(database)]);
  const places = new Map<string, StampPlace>();
  for (const record of bindings) {
    const { groupName: group, trackingUri, workspace, writeBack } = record;
    const ofRegistry = writeBack ? await servedVersions(operations, group) : [];
    const served = ofRegistry.filter((version) => isSameMlflow(version, record));
    const place: StampPlace = { group, place: { trackingUri, workspace }, record, served, rows: [] };
    places.set(placeKey(place), place);
  }
  for (const row of rows) {
    const { groupName: group, trackingUri, workspace } = row;
    const left: StampPlace = { group, place: { trackingUri, workspace }, record: null, served: [], rows: [] };
    const place = places.get(placeKey(left)) ?? left;
    place.rows.push(row);
    places.set(placeKey(place), place);
  }
  return [...places.values()].filter(
    ({ record, rows: stamped }) => record?.writeBack === true || stamped.length > 0,
  );
}

/** What one round has to do. Of groups that share an MLflow each writes the deployments of all, so that none undoes another's. */
export async function toStampWork(
  { database, sealingKey }: Pick<OperationPorts, "database" | "sealingKey">,
  { group, place, record, served, rows }: StampPlace,
  all: StampPlace[],
): Promise<StampWork> {
  const others = all.filter(
    (other) => placeKey(other) !== placeKey({ group, place }) && isSameMlflow(other.place, place),
  );
  const servedByOthers = others.flatMap((other) => other.served);
  const own = new Set(served.map(stampKey));
  const together = wantedStamps([...served, ...servedByOthers]);
  // Credentials of an MLflow that the group has left stand in the revisions that were deployed from there.
  const trackingVariables = record?.trackingVariables ?? (await lastVariablesFor(database, group, place));
  return {
    binding: openBinding({ groupName: group, ...place, uiUri: null, trackingVariables }, sealingKey),
    wanted: new Map([...together].filter(([key]) => own.has(key))),
    rows,
    keptByOthers: new Set(servedByOthers.map(stampKey)),
  };
}
