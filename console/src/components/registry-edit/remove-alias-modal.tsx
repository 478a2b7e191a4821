import { Text } from "@mantine/core";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { concernedBy, conflictsOf, useRemoveAlias } from "#data/registry-edits.ts";
import { ConcernedAlert } from "./concerned-alert.tsx";
import { ConflictAlert } from "./conflict-alert.tsx";

interface RemoveAliasProps {
  group: string;
  name: string;
  alias: string;
  /** What it means, as the page shows it. */
  version: string;
  onClose: () => void;
}

/** Removes an alias, after saying which deployments were made from it. */
export function RemoveAliasModal({ group, name, alias, version, onClose }: RemoveAliasProps) {
  const remove = useRemoveAlias({ group, name });
  const [expected, setExpected] = useState(version);
  const concerned = concernedBy(remove.error);
  const [conflict] = conflictsOf(remove.error);
  const isGone = conflict?.current === null;
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Remove @${alias}?`}
      confirm={concerned.length > 0 ? "Remove it all the same" : "Remove"}
      color="red"
      pending={remove.isPending}
      disabled={conflict !== undefined}
      error={concerned.length > 0 || conflict !== undefined ? null : remove.error}
      onConfirm={() =>
        remove.mutate({ alias, expected, acknowledged: concerned.length > 0 }, { onSuccess: onClose })
      }
    >
      <Text size="sm">
        models:/{name}@{alias} means version {expected}, and will mean nothing any more, for everybody who
        loads it from MLflow. The version itself stays.
      </Text>
      <ConcernedAlert group={group} concerned={concerned} />
      {conflict === undefined ? null : (
        <ConflictAlert
          onKeep={() => {
            if (conflict.current === null) onClose();
            else setExpected(conflict.current);
            remove.reset();
          }}
          onTake={onClose}
        >
          {isGone ? `@${alias} is gone already.` : `@${alias} is version ${conflict.current} now.`}
        </ConflictAlert>
      )}
    </AskModal>
  );
}
