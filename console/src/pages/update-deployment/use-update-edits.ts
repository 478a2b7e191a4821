import type { Deployment, DeploymentPatchInput, Revision } from "@slipway/contracts/api/deployment";
import { sameValue } from "@slipway/contracts/same-value";
import { useState } from "react";
import { useAliasVersion } from "#data/models.ts";
import { rebaseEdits } from "#lib/rebase-edits.ts";
import { changedOnly, type SpecForm, specForm } from "#lib/spec-form.ts";

interface Edits {
  /** The revision that the form was made from. */
  base: Revision;
  form: SpecForm;
  updateMessage: string;
  /** Whether an alias that has moved is resolved again. */
  followAlias: boolean;
}

interface UpdateEditsOptions {
  deployment: Deployment;
  /** Prefilled, instead of the newest revision's. */
  modelUri: string | undefined;
}

/** What somebody changes of a deployment's newest revision, and what becomes of it when a newer one appears. */
export function useUpdateEdits({ deployment, modelUri }: UpdateEditsOptions) {
  const [initial] = useState<Edits>(() => startFrom(deployment.latest, modelUri));
  const [edits, setEdits] = useState(initial);
  const { base, form, updateMessage, followAlias } = edits;
  const newest = deployment.latest.number > base.number ? deployment.latest : null;
  const aliasVersion = useAliasVersion(deployment.group, form.modelUri);
  const sameUri = form.modelUri.trim() === base.requestedModelUri;
  const aliasMoved = sameUri && aliasVersion !== null && aliasVersion !== base.resolvedVersion;

  /** Only what has changed, and from where. */
  function patch(): DeploymentPatchInput {
    return {
      ...changedOnly(specForm(base), form),
      ...(aliasMoved && followAlias ? { modelUri: form.modelUri.trim() } : {}),
      updateMessage: updateMessage.trim(),
      baseRevision: base.number,
    };
  }

  return {
    ...edits,
    newest,
    aliasVersion,
    aliasMoved,
    /** The URI keeps meaning the version that it means in the revision that the form was made from. */
    keepsVersion: sameUri && !(aliasMoved && followAlias),
    patch,
    hasEdits: () =>
      !sameValue(
        [form, updateMessage, followAlias],
        [initial.form, initial.updateMessage, initial.followAlias],
      ),
    change: (next: Partial<SpecForm>) => setEdits((old) => ({ ...old, form: { ...old.form, ...next } })),
    setUpdateMessage: (next: string) => setEdits((old) => ({ ...old, updateMessage: next })),
    setFollowAlias: (next: boolean) => setEdits((old) => ({ ...old, followAlias: next })),
    /** The form anew, from the newest revision. */
    takeTheirs: () =>
      setEdits((old) => ({ ...old, base: deployment.latest, form: specForm(deployment.latest) })),
    /** Only my own changes, on the newest revision. */
    keepMine: () =>
      setEdits((old) => ({
        ...old,
        base: deployment.latest,
        form: rebaseEdits({
          base: specForm(old.base),
          mine: old.form,
          theirs: specForm(deployment.latest),
        }),
      })),
  };
}

function startFrom(base: Revision, modelUri: string | undefined): Edits {
  const form = specForm(base);
  return {
    base,
    form: modelUri === undefined ? form : { ...form, modelUri },
    updateMessage: "",
    followAlias: modelUri === base.requestedModelUri,
  };
}
