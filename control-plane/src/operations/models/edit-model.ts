/** Edits the description and tags of a registered model, or of one of its versions, in MLflow. */
import type { Edited, RegistryEdit } from "@slipway/contracts/api/registry-edit";
import { AppError } from "@slipway/contracts/errors";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { EditTarget } from "#registry/mlflow-writes.ts";
import type { CurrentState, RegistryEdits } from "#registry/registry-edits.ts";
import {
  type Difference,
  openRegistry,
  type RegistryChange,
  recordChange,
  refuseConflict,
} from "./registry-changes.ts";

/**
 * Writes what differs from what MLflow has, and answers with what it has then.
 * @throws AppError `model_not_found`, `model_version_not_found`, `conflict`, `mlflow_refused`, `invalid_request`, `mlflow_unreachable`.
 */
export async function editModel(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { target, edit }: { target: EditTarget; edit: RegistryEdit },
): Promise<Edited> {
  const open = await openRegistry(ports, principal, { group, action: "deploy" });
  const { edits } = open;
  return edits.exclusively(target.name, async () => {
    const current = await edits.current(target);
    refuseConflict(differencesOf(current, edit.expected));
    const written: string[] = [];
    try {
      for (const change of changesOf(target, current, edit)) {
        await writeChange(edits, change);
        written.push(change.key === null ? "the description" : `the tag '${change.key}'`);
        await recordChange(ports, open, change);
      }
      if (written.length > 0) await edits.refresh(target);
      const { description, tags } = written.length > 0 ? await edits.current(target) : current;
      return { ...target, description, tags };
    } catch (error) {
      throw written.length === 0 ? error : withWritten(AppError.from(error), written);
    }
  });
}

function differencesOf(
  { description, tags }: CurrentState,
  expected: RegistryEdit["expected"] = {},
): Difference[] {
  const ofTags = Object.entries(expected.tags ?? {}).flatMap(([key, value]) => {
    const current = tagOf(tags, key);
    return current === value ? [] : [{ field: `tags.${key}`, current }];
  });
  if (expected.description === undefined || expected.description === description) return ofTags;
  return [{ field: "description", current: description }, ...ofTags];
}

function changesOf(target: EditTarget, current: CurrentState, edit: RegistryEdit): RegistryChange[] {
  const ofTags = Object.entries(edit.tags ?? {}).flatMap(([key, after]): RegistryChange[] => {
    const before = tagOf(current.tags, key);
    if (before === after) return [];
    return [{ target, action: after === null ? "tag.removed" : "tag.set", key, before, after }];
  });
  const { description } = edit;
  if (description === undefined || description === current.description) return ofTags;
  const words = { before: current.description || null, after: description || null };
  return [{ target, action: "description.changed", key: null, ...words }, ...ofTags];
}

function writeChange(edits: RegistryEdits, { target, key, after }: RegistryChange): Promise<void> {
  return key === null ? edits.setDescription(target, after ?? "") : edits.setTag(target, key, after);
}

function tagOf(tags: Record<string, string>, key: string): string | null {
  return Object.hasOwn(tags, key) ? (tags[key] ?? null) : null;
}

/** MLflow takes one field at a time: what it has taken before one failed stays. */
function withWritten({ code, message, cause, details }: AppError, written: string[]): AppError {
  return new AppError(code, `${message} Written before that: ${written.join(", ")}.`, { cause, details });
}
