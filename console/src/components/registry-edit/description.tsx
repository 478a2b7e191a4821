import { ActionIcon, Button, Group, SegmentedControl, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { Markdown, WholeMarkdown } from "#components/markdown.tsx";
import { conflictsOf, type EditRef, useEdit } from "#data/registry-edits.ts";
import { ConflictAlert } from "./conflict-alert.tsx";
import { useMayEdit } from "./use-may-edit.ts";

interface DescriptionProps {
  about: EditRef;
  text: string;
}

/** The description of a model or version, as MLflow has it, and the way to change it. */
export function Description({ about, text }: DescriptionProps) {
  const mayEdit = useMayEdit(about.group);
  const [opened, { open, close }] = useDisclosure();
  if (text === "" && !mayEdit) return null;
  return (
    <>
      {text === "" ? (
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={open}
          >
            Add description
          </Button>
        </div>
      ) : (
        <Group align="flex-start" gap="xs" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Markdown text={text} />
          </div>
          {mayEdit ? (
            <ActionIcon variant="subtle" color="gray" aria-label="Edit description" onClick={open}>
              <IconPencil size={16} aria-hidden />
            </ActionIcon>
          ) : null}
        </Group>
      )}
      {opened ? <DescriptionModal about={about} text={text} onClose={close} /> : null}
    </>
  );
}

function DescriptionModal({ about, text, onClose }: DescriptionProps & { onClose: () => void }) {
  const edit = useEdit(about);
  const [base, setBase] = useState(text);
  const [draft, setDraft] = useState(text);
  const [look, setLook] = useState("write");
  const conflict = conflictsOf(edit.error).find(({ field }) => field === "description");
  const theirs = conflict?.current ?? "";
  function save(): void {
    if (draft === base) onClose();
    else edit.mutate({ description: draft, expected: { description: base } }, { onSuccess: onClose });
  }
  return (
    <AskModal
      opened
      onClose={onClose}
      title="Description"
      size="xl"
      holdsText
      confirm="Save"
      pending={edit.isPending}
      disabled={conflict !== undefined}
      error={conflict === undefined ? edit.error : null}
      onConfirm={save}
    >
      <SegmentedControl
        size="xs"
        mb="xs"
        aria-label="Look"
        data={[
          { value: "write", label: "Write" },
          { value: "preview", label: "Preview" },
        ]}
        value={look}
        onChange={setLook}
      />
      {look === "write" ? (
        <Textarea
          label="Markdown"
          description="Kept in MLflow, where others may read and change it too."
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          autosize
          minRows={8}
          maxRows={20}
          data-autofocus
        />
      ) : draft.trim() === "" ? (
        <Text size="sm" c="dimmed">
          There is nothing to show yet.
        </Text>
      ) : (
        <WholeMarkdown text={draft} />
      )}
      {conflict === undefined ? null : (
        <ConflictAlert
          onKeep={() => {
            setBase(theirs);
            edit.reset();
          }}
          onTake={() => {
            setBase(theirs);
            setDraft(theirs);
            edit.reset();
          }}
        >
          {theirs === "" ? (
            "It has no description now."
          ) : (
            <>
              It says now:
              <div className="code-box wrap" style={{ maxHeight: 160 }}>
                {theirs}
              </div>
            </>
          )}
        </ConflictAlert>
      )}
    </AskModal>
  );
}
