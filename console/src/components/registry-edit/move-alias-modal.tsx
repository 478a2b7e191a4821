import { Autocomplete, Stack, Text } from "@mantine/core";
import { aliasNameSchema } from "@slipway/contracts/api/registry-edit";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { useModel, useVersions } from "#data/models.ts";
import { concernedBy, conflictsOf, useMoveAlias } from "#data/registry-edits.ts";
import { ConcernedAlert } from "./concerned-alert.tsx";
import { ConflictAlert } from "./conflict-alert.tsx";

interface MoveAliasProps {
  group: string;
  name: string;
  /** The alias that is moved; null where it is still to be named. */
  alias: string | null;
  /** The version that it shall mean; null where that is still to be chosen. */
  version: string | null;
  onClose: () => void;
}

/** Sets or moves an alias: says what it means now and which deployments follow it, before it moves. */
export function MoveAliasModal({ group, name, alias: given, version: target, onClose }: MoveAliasProps) {
  const move = useMoveAlias({ group, name });
  const model = useModel(group, name);
  const [alias, setAlias] = useState(given ?? "");
  const [version, setVersion] = useState(target ?? "");
  const [tried, setTried] = useState(false);
  /** What the answer to a conflict has told, which is newer than what the page knows. */
  const [seen, setSeen] = useState<{ alias: string; version: string | null } | null>(null);
  const aliases = model.data?.aliases ?? [];
  const known = aliases.find((each) => each.alias === alias)?.version ?? null;
  const current = seen?.alias === alias ? seen.version : known;
  const concerned = concernedBy(move.error);
  const [conflict] = conflictsOf(move.error);
  const named = aliasNameSchema.safeParse(alias);
  const nameError = tried && !named.success ? named.error.issues[0]?.message : null;
  const versionError = tried && version === "" ? "Choose a version." : null;
  function choose(change: () => void): void {
    change();
    move.reset();
  }
  function save(): void {
    setTried(true);
    if (!named.success || version === "") return;
    const acknowledged = concerned.length > 0;
    move.mutate({ alias, version, expected: current, acknowledged }, { onSuccess: onClose });
  }
  return (
    <AskModal
      opened
      onClose={onClose}
      title={given === null ? `Set an alias of ${name}` : `Move @${given}`}
      confirm={concerned.length > 0 ? "Move it all the same" : current === null ? "Set alias" : "Move alias"}
      pending={move.isPending}
      disabled={conflict !== undefined}
      error={concerned.length > 0 || conflict !== undefined ? null : move.error}
      onConfirm={save}
    >
      <Stack gap="sm">
        {given === null ? (
          <Autocomplete
            label="Alias"
            description="Letters, digits, '_' and '-'."
            data={aliases.map((each) => each.alias)}
            value={alias}
            error={nameError}
            spellCheck={false}
            onChange={(next) => choose(() => setAlias(next.replace(/^@/, "")))}
            data-autofocus
          />
        ) : null}
        {target === null ? (
          <VersionInput
            {...{ group, name, version, error: versionError }}
            focused={given !== null}
            onChange={(next) => choose(() => setVersion(next))}
          />
        ) : null}
        <Text size="sm" aria-live="polite">
          {situation({ alias, current, version })}
        </Text>
      </Stack>
      <ConcernedAlert group={group} concerned={concerned} />
      {conflict === undefined ? null : (
        <ConflictAlert
          onKeep={() => {
            setSeen({ alias, version: conflict.current });
            move.reset();
          }}
          onTake={onClose}
        >
          @{alias} {conflict.current === null ? "is gone." : `is version ${conflict.current} now.`}
        </ConflictAlert>
      )}
    </AskModal>
  );
}

/** What the alias means now, and what it will. */
function situation(asked: { alias: string; current: string | null; version: string }): string {
  const { alias, current, version } = asked;
  if (alias === "") return "";
  if (current === null) {
    return version === ""
      ? `There is no @${alias} yet.`
      : `There is no @${alias} yet: it will mean version ${version}.`;
  }
  if (version === "") return `@${alias} is version ${current} now.`;
  return version === current
    ? `@${alias} is version ${current} already.`
    : `@${alias} is version ${current} now, and will be version ${version}.`;
}

interface VersionInputProps {
  group: string;
  name: string;
  version: string;
  error: string | null;
  focused: boolean;
  onChange: (version: string) => void;
}

function VersionInput({ group, name, version, error, focused, onChange }: VersionInputProps) {
  const newest = useVersions({ group, name, columns: "", orderBy: "version desc", filter: "" });
  const numbers = newest.data?.pages[0]?.items.map((item) => item.version) ?? [];
  return (
    <Autocomplete
      label="Version"
      data={numbers}
      limit={20}
      value={version}
      error={error}
      inputMode="numeric"
      onChange={(next) => onChange(next.replace(/\D/g, ""))}
      {...(focused ? { "data-autofocus": true } : {})}
    />
  );
}
