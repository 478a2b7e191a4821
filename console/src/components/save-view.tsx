import { Text, TextInput } from "@mantine/core";
import { VIEW_NAME_CHARS_MAX } from "@slipway/contracts/api/saved-view";
import { type ReactNode, useState } from "react";
import { ApiProblem } from "#data/api.ts";
import { type TableRef, useCreateView } from "#data/saved-views.ts";
import { type ShownView, toSavedView } from "#lib/shown-view.ts";
import { AskModal } from "./ask-modal.tsx";

interface SaveViewProps {
  table: TableRef;
  shown: ShownView;
  onClose: () => void;
}

/** Asks for a name and keeps what is shown under it. */
export function SaveView({ table, shown, onClose }: SaveViewProps): ReactNode {
  const create = useCreateView(table);
  return (
    <ViewName
      title="Save this view"
      confirm="Save"
      effect="Everybody in the group can open it. It keeps the columns, the order and the filter; the versions are those of the day it is opened."
      action={create}
      onConfirm={(name) => create.mutate(toSavedView(name, shown), { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

interface ViewNameProps {
  title: string;
  confirm: string;
  effect?: string;
  /** The name that it has. */
  name?: string;
  action: { isPending: boolean; error: Error | null };
  onConfirm: (name: string) => void;
  onClose: () => void;
}

/** Asks for the name of a view. */
export function ViewName({ title, confirm, effect, name = "", action, onConfirm, onClose }: ViewNameProps) {
  const [text, setText] = useState(name);
  const { error, isPending } = action;
  const isTaken = error instanceof ApiProblem && error.fieldErrors().name !== undefined;
  return (
    <AskModal
      opened
      onClose={onClose}
      title={title}
      confirm={confirm}
      onConfirm={() => onConfirm(text)}
      disabled={text.trim() === ""}
      pending={isPending}
      error={isTaken ? null : error}
    >
      {effect === undefined ? null : (
        <Text size="sm" mb="sm">
          {effect}
        </Text>
      )}
      <TextInput
        label="Name"
        data-autofocus
        value={text}
        maxLength={VIEW_NAME_CHARS_MAX}
        error={isTaken ? error.message : null}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </AskModal>
  );
}
