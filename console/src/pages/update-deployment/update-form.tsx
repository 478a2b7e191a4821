import { Alert, Anchor, Checkbox, Paper, Text, TextInput } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { DeploymentFields } from "#components/deployment-fields.tsx";
import { LeaveGuard } from "#components/leave-guard.tsx";
import { ApiProblem } from "#data/api.ts";
import { useUpdateDeployment } from "#data/deployments.ts";
import { useInstanceTypes } from "#data/instance-types.ts";
import { NOTHING, usageOfReplicas } from "#lib/quota-lines.ts";
import { aliasOf, resolvedUri } from "#lib/read-model-uri.ts";
import { summarizeStrategy } from "#lib/section-summaries.ts";
import { shownErrors, specErrors } from "#lib/spec-errors.ts";
import { askedSpec, comparedSpec } from "#lib/spec-form.ts";
import { Changes } from "./changes.tsx";
import { ConfirmUpdate } from "./confirm-update.tsx";
import { NewerRevision } from "./newer-revision.tsx";
import { useUpdateEdits } from "./use-update-edits.ts";
import { VersionOfUpdate } from "./version-of-update.tsx";

interface UpdateFormProps {
  deployment: Deployment;
  serving: Revision | null;
  modelUri: string | undefined;
  /** Called when the API knows a newer revision than this page. */
  onStale: () => void;
}

/** The form of an update: from the newest revision, through a look at what changes, to one request. */
export function UpdateForm({ deployment, serving, modelUri, onStale }: UpdateFormProps) {
  const { group, id } = deployment;
  const navigate = useNavigate();
  const update = useUpdateDeployment({ group, id });
  const types = useInstanceTypes().data?.items ?? [];
  const edits = useUpdateEdits({ deployment, modelUri });
  const { base, form } = edits;
  const done = useRef(false);
  const notice = useRef<HTMLDivElement>(null);
  const [attempts, setAttempts] = useState(0);
  const [confirming, setConfirming] = useState(false);
  // One's own revision is no news.
  const newest = update.isPending || update.isSuccess ? null : edits.newest;
  const conflict = update.error instanceof ApiProblem && update.error.code === "conflict";
  const wrong = Object.keys(specErrors(form)).length > 0;
  const told = update.error instanceof ApiProblem ? update.error.fieldErrors() : {};
  const from = serving ?? deployment.latest;
  const resolved = edits.keepsVersion ? base.modelUri : resolvedUri(form.modelUri, edits.aliasVersion);
  const changes = wrong
    ? null
    : diffSpecs(askedSpec(from), comparedSpec(form, { base, types, modelUri: resolved }));
  const stale = newest !== null;

  useEffect(() => {
    if (!stale) return;
    setConfirming(false);
    if (confirming || conflict) notice.current?.focus();
  }, [stale, confirming, conflict]);

  function submit(): void {
    if (stale) notice.current?.focus();
    else if (wrong) setAttempts((count) => count + 1);
    else setConfirming(true);
  }

  function confirm(): void {
    update.mutate(edits.patch(), {
      onSuccess: () => {
        done.current = true;
        void navigate({ to: "/g/$group/deployments/$id", params: { group, id }, replace: true });
      },
      onError: (error) => {
        setConfirming(false);
        if (error instanceof ApiProblem && error.code === "conflict") onStale();
      },
    });
  }

  function resolve(choose: () => void): void {
    update.reset();
    choose();
  }

  const shown = { from, runs: serving !== null };
  return (
    <>
      <LeaveGuard hasEdits={() => !done.current && edits.hasEdits()} />
      {newest === null ? null : (
        <NewerRevision
          ref={notice}
          base={base}
          newest={newest}
          onTakeTheirs={() => resolve(edits.takeTheirs)}
          onKeepMine={() => resolve(edits.keepMine)}
        />
      )}
      <DeploymentFields
        form={form}
        updateMessage={edits.updateMessage}
        errors={shownErrors(form, { tried: attempts > 0, told })}
        base={base}
        aliasVersion={edits.aliasVersion}
        onChange={(change) => {
          if (update.error) update.reset();
          edits.change(change);
        }}
        onUpdateMessage={edits.setUpdateMessage}
        failure={conflict && stale ? null : update.error}
        attempts={attempts}
        pending={update.isPending}
        onSubmit={submit}
        group={group}
        before={countedUsage(deployment)}
        first={
          <TextInput
            label="Name"
            value={deployment.name}
            readOnly
            description={`ID ${id}. Name and id stay as they are.`}
          />
        }
        underModelUri={
          edits.aliasMoved ? (
            <Checkbox
              label={`Deploy version ${edits.aliasVersion}, which @${aliasOf(form.modelUri)?.alias} means now`}
              description={`Revision ${base.number} has version ${base.resolvedVersion}.`}
              checked={edits.followAlias}
              onChange={(event) => edits.setFollowAlias(event.currentTarget.checked)}
            />
          ) : null
        }
        last={
          newest === null ? (
            <Paper withBorder p="sm" component="section" aria-label="Changes">
              {changes === null ? (
                <Text size="sm">Correct what is marked to see what will change.</Text>
              ) : (
                <Changes label="What will change" {...shown} changes={changes} />
              )}
            </Paper>
          ) : (
            <Alert color="yellow" py="xs">
              Revision {newest.number} by {newest.author} came while you were editing.{" "}
              <Anchor
                component="button"
                type="button"
                fz="sm"
                c="inherit"
                underline="always"
                onClick={() => notice.current?.focus()}
              >
                Look at it first
              </Anchor>
            </Alert>
          )
        }
      />
      <ConfirmUpdate
        opened={confirming && !stale && !wrong}
        name={deployment.name}
        revision={base.number + 1}
        strategy={wrong ? "" : `${summarizeStrategy(form)}.`}
        pending={update.isPending}
        returnFocus={!stale && update.error === null}
        onClose={() => setConfirming(false)}
        onConfirm={confirm}
      >
        {changes === null ? null : <Changes label="What you confirm" {...shown} changes={changes} />}
        {confirming ? <VersionOfUpdate group={group} from={from} modelUri={resolved} /> : null}
      </ConfirmUpdate>
    </>
  );
}

/** What the deployment counts for in its group's quotas. */
function countedUsage({ status, latest }: Deployment): typeof NOTHING {
  const runs = status !== "Stopped" && status !== "Stopping";
  return {
    ...NOTHING,
    deployments: 1,
    ...(runs ? usageOfReplicas(latest.maxReplicas, latest.memoryBytes) : {}),
  };
}
