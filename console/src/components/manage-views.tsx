import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { SavedView } from "@slipway/contracts/api/saved-view";
import { type ReactNode, useState } from "react";
import { type TableRef, useChangeView, useDeleteView } from "#data/saved-views.ts";
import { fromSavedView, isSameView, type ShownView, toSavedView } from "#lib/shown-view.ts";
import { AskModal } from "./ask-modal.tsx";
import { CopyIcon } from "./copy.tsx";
import { FailedAction } from "./failed-action.tsx";
import { ViewName } from "./save-view.tsx";
import { Time } from "./time.tsx";
import { useViewLink, ViewLink } from "./view-link.tsx";

interface ManageViewsProps {
  table: TableRef;
  views: SavedView[];
  shown: ShownView;
  onClose: () => void;
}

/** The saved views of a table, with what one may do with each. One question is asked at a time. */
export function ManageViews({ table, views, shown, onClose }: ManageViewsProps): ReactNode {
  const [asked, setAsked] = useState<{ what: "rename" | "delete"; view: SavedView } | null>(null);
  const change = useChangeView(table);
  const remove = useDeleteView(table);
  const back = () => {
    setAsked(null);
    change.reset();
    remove.reset();
  };
  if (asked?.what === "rename") {
    const { id, name } = asked.view;
    return (
      <ViewName
        title={`Rename ${name}`}
        confirm="Rename"
        name={name}
        action={change}
        onConfirm={(next) => change.mutate({ id, view: { ...asked.view, name: next } }, { onSuccess: back })}
        onClose={back}
      />
    );
  }
  if (asked?.what === "delete") {
    const { id, name } = asked.view;
    return (
      <AskModal
        opened
        onClose={back}
        title={`Delete ${name}?`}
        confirm="Delete"
        color="red"
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(id, { onSuccess: back })}
      >
        <Text size="sm">Nobody in the group finds it here any more. Links to it keep working.</Text>
      </AskModal>
    );
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title="Saved views"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <FailedAction error={change.error} />
      <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: "none" }}>
        {views.map((view) => (
          <li key={view.id}>
            <ViewRow
              table={table}
              view={view}
              shown={shown}
              pending={change.isPending && change.variables.id === view.id}
              onUpdate={() => change.mutate({ id: view.id, view: toSavedView(view.name, shown) })}
              onAsk={(what) => setAsked({ what, view })}
              onFollow={onClose}
            />
          </li>
        ))}
      </Stack>
      {views.length === 0 ? <Text size="sm">There are none any more.</Text> : null}
    </Modal>
  );
}

interface ViewRowProps {
  table: TableRef;
  view: SavedView;
  shown: ShownView;
  pending: boolean;
  onUpdate: () => void;
  onAsk: (what: "rename" | "delete") => void;
  onFollow: () => void;
}

function ViewRow({ table, view, shown, pending, onUpdate, onAsk, onFollow }: ViewRowProps) {
  const link = useViewLink(table);
  const kept = fromSavedView(view);
  const isShown = isSameView(kept, shown);
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Group gap={4} wrap="nowrap" className="break-anywhere">
          <ViewLink table={table} view={kept} onClick={onFollow}>
            {view.name}
          </ViewLink>
          <CopyIcon text={link(kept)} what={`the link to ${view.name}`} />
        </Group>
        <Text size="xs" c="dimmed">
          by {view.createdBy}, <Time at={view.createdAt} />
          {isShown ? " · shown now" : ""}
        </Text>
      </div>
      {view.viewerCan.change ? (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={isShown}
            loading={pending}
            onClick={onUpdate}
            aria-label={`Update to what is shown: ${view.name}`}
          >
            Update to what is shown
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onAsk("rename")}
            aria-label={`Rename ${view.name}`}
          >
            Rename
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onAsk("delete")}
            aria-label={`Delete ${view.name}`}
          >
            Delete
          </Button>
        </Group>
      ) : null}
    </Group>
  );
}
