import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { AddRowButton, RemovableRow } from "#components/removable-row.tsx";
import { conflictsOf, type EditRef, useEdit } from "#data/registry-edits.ts";
import type { FieldErrors } from "#lib/field-errors.ts";
import { rebased, type TagRow, tagEdit, tagErrors, tagRows, withNewTag, withTheirs } from "#lib/tag-rows.ts";
import { ConflictAlert } from "./conflict-alert.tsx";
import { useMayEdit } from "./use-may-edit.ts";

interface EditTagsProps {
  about: EditRef;
  tags: Record<string, string>;
}

/** Opens the tags of a model or version for editing. */
export function EditTagsButton({ about, tags }: EditTagsProps) {
  const mayEdit = useMayEdit(about.group);
  const [opened, { open, close }] = useDisclosure();
  if (!mayEdit) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Edit tags
      </Button>
      {opened ? <TagsModal about={about} tags={tags} onClose={close} /> : null}
    </>
  );
}

function TagsModal({ about, tags, onClose }: EditTagsProps & { onClose: () => void }) {
  const edit = useEdit(about);
  const [base, setBase] = useState(tags);
  const [rows, setRows] = useState(() => (tagRows(tags).length === 0 ? withNewTag([]) : tagRows(tags)));
  const [tried, setTried] = useState(false);
  const errors = tried ? tagErrors(rows) : {};
  const theirs = conflictsOf(edit.error).map(({ field, current }) => ({
    name: field.replace(/^tags\./, ""),
    value: current,
  }));
  function save(): void {
    setTried(true);
    if (Object.keys(tagErrors(rows)).length > 0) return;
    const change = tagEdit(rows, base);
    if (change === null) onClose();
    else edit.mutate(change, { onSuccess: onClose });
  }
  function settle(next: TagRow[]): void {
    setBase(rebased(base, theirs));
    setRows(next);
    edit.reset();
  }
  return (
    <AskModal
      opened
      onClose={onClose}
      title="Tags"
      size="lg"
      holdsText
      confirm="Save"
      pending={edit.isPending}
      disabled={theirs.length > 0}
      error={theirs.length > 0 ? null : edit.error}
      onConfirm={save}
    >
      <TagInputs rows={rows} errors={errors} onChange={setRows} />
      {theirs.length === 0 ? null : (
        <ConflictAlert onKeep={() => settle(rows)} onTake={() => settle(withTheirs(rows, theirs))}>
          {theirs.map(({ name, value }) => (
            <div key={name} className="break-anywhere">
              <strong>{name}</strong> {value === null ? "is not there now." : `is “${value}” now.`}
            </div>
          ))}
        </ConflictAlert>
      )}
    </AskModal>
  );
}

interface TagInputsProps {
  rows: TagRow[];
  errors: FieldErrors;
  onChange: (rows: TagRow[]) => void;
}

function TagInputs({ rows, errors, onChange }: TagInputsProps) {
  function change(key: number, next: Partial<TagRow>): void {
    onChange(rows.map((row) => (row.key === key ? { ...row, ...next } : row)));
  }
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        Kept in MLflow. Tags that MLflow and Slipway set for themselves are left out.
      </Text>
      {rows.map((row, index) => (
        <RemovableRow
          key={row.key}
          removeLabel={`Remove tag ${row.name || index + 1}`}
          onRemove={() => onChange(rows.filter((other) => other.key !== row.key))}
        >
          <TextInput
            aria-label={`Key of tag ${index + 1}`}
            placeholder="key"
            value={row.name}
            error={errors[index]}
            spellCheck={false}
            onChange={(event) => change(row.key, { name: event.currentTarget.value })}
            style={{ flex: "1 1 160px" }}
          />
          <TextInput
            aria-label={`Value of tag ${row.name || index + 1}`}
            placeholder="value"
            value={row.value}
            onChange={(event) => change(row.key, { value: event.currentTarget.value })}
            style={{ flex: "2 1 200px" }}
          />
        </RemovableRow>
      ))}
      <div>
        <AddRowButton onClick={() => onChange(withNewTag(rows))}>Add tag</AddRowButton>
      </div>
    </Stack>
  );
}
