import { Text, Textarea } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { SpecChanges } from "#components/spec-changes.tsx";
import { useDeploymentAction, useRevisions } from "#data/deployments.ts";

interface RollBackModalProps {
  deployment: Deployment;
  /** The revision to go back to. */
  target: number;
  onClose: () => void;
}

/** Asks before a rollback, with what would change. Another person's newer revision is a conflict, not overwritten. */
export function RollBackModal({ deployment, target, onClose }: RollBackModalProps) {
  const { group, id, servingRevision, latestRevision, warm } = deployment;
  const revisions = useRevisions({ group, id }).data?.items ?? [];
  const rollBack = useDeploymentAction({ group, id });
  const [baseRevision] = useState(latestRevision);
  const [updateMessage, setUpdateMessage] = useState("");
  const present = servingRevision ?? latestRevision;
  const [before, after] = [present, target].map((number) => revisions.find((each) => each.number === number));
  return (
    <AskModal
      opened
      onClose={onClose}
      size="lg"
      title={`Roll back to revision ${target}?`}
      confirm="Roll back"
      pending={rollBack.isPending}
      error={rollBack.error}
      onConfirm={() =>
        rollBack.mutate(
          { verb: "rollback", revision: target, updateMessage, baseRevision },
          { onSuccess: onClose },
        )
      }
    >
      <Text size="sm" mb="sm">
        A new revision is made that copies revision {target}.{" "}
        {warm?.revision === target
          ? "Its replicas are still warm: it takes the requests at once."
          : "What serves now keeps serving until it is ready."}
      </Text>
      {before === undefined || after === undefined ? null : (
        <Changes before={before} after={after} serves={servingRevision !== null} />
      )}
      <Textarea
        mt="sm"
        label="Update message"
        description="Optional. Stands in the history beside the new revision."
        autosize
        minRows={1}
        maxRows={4}
        value={updateMessage}
        onChange={(event) => setUpdateMessage(event.currentTarget.value)}
      />
    </AskModal>
  );
}

function Changes({ before, after, serves }: { before: Revision; after: Revision; serves: boolean }) {
  return (
    <SpecChanges
      changes={diffSpecs(before, after)}
      from={serves ? `serves now (revision ${before.number})` : `newest (revision ${before.number})`}
      to={`revision ${after.number}`}
      none="Its spec is the same as that of what serves now."
    />
  );
}
