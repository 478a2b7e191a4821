import { Autocomplete, Button, Group, Popover, Select, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useNewestVersions } from "#data/compared-versions.ts";
import { useModels } from "#data/models.ts";
import { formatRelative } from "#lib/format.ts";
import { COMPARED_MAX, type VersionChoice } from "#lib/version-choice.ts";
import { sameVersion } from "./use-comparison.ts";

const SUGGESTED_MAX = 100;

interface AddVersionProps {
  group: string;
  choices: VersionChoice[];
  onAdd: (choice: VersionChoice) => void;
}

/** `Add version`: a model, and one of its versions. */
export function AddVersion({ group, choices, onAdd }: AddVersionProps) {
  const [opened, setOpened] = useState(false);
  const [suggesting, setSuggesting] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      // The first Escape takes the suggestions away, the next one all of it.
      closeOnEscape={!suggesting}
      position="bottom-end"
      width={320}
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={choices.length >= COMPARED_MAX}
          onClick={() => setOpened((was) => !was)}
        >
          Add version
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Add a version">
        <AddForm
          group={group}
          choices={choices}
          onSuggest={setSuggesting}
          onAdd={(choice) => {
            setOpened(false);
            setSuggesting(false);
            onAdd(choice);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface AddFormProps extends AddVersionProps {
  /** Is told when suggestions open and close. */
  onSuggest: (suggesting: boolean) => void;
}

function AddForm({ group, choices, onAdd, onSuggest }: AddFormProps) {
  const models = useModels(group).data?.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [version, setVersion] = useState("");
  const [tried, setTried] = useState(false);
  const name = chosen ?? choices.at(-1)?.name ?? models[0]?.name ?? "";
  const listed = useNewestVersions({ group, name, size: SUGGESTED_MAX }).data?.items ?? [];
  const open = listed.filter((each) => !choices.some((choice) => sameVersion(choice, { ...each, name })));
  const beside = new Map(open.map((each) => [each.version, each]));
  const wrong = problemOf({ name, version: version.trim() }, choices);

  const suggestions = {
    comboboxProps: { withinPortal: false },
    onDropdownOpen: () => onSuggest(true),
    onDropdownClose: () => onSuggest(false),
  };

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (wrong === null) onAdd({ name, version: version.trim() });
    else setTried(true);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Select
          label="Model"
          data={[...new Set([...models.map((model) => model.name), ...(name === "" ? [] : [name])])]}
          value={name}
          searchable
          allowDeselect={false}
          {...suggestions}
          onChange={(next) => {
            setChosen(next);
            setVersion("");
          }}
        />
        <Autocomplete
          label="Version"
          description={
            listed.length >= SUGGESTED_MAX ? "The newest are suggested; any number will do." : undefined
          }
          data={open.map((each) => each.version)}
          value={version}
          onChange={setVersion}
          error={tried ? wrong : null}
          {...suggestions}
          maxDropdownHeight={220}
          data-autofocus
          renderOption={({ option: { value } }) => (
            <div>
              <Text size="sm">Version {value}</Text>
              <Text size="xs" c="dimmed">
                {wordsFor(beside.get(value))}
              </Text>
            </div>
          )}
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function problemOf(choice: VersionChoice, choices: VersionChoice[]): string | null {
  if (choice.name === "") return "Choose a model first.";
  if (!/^[1-9]\d*$/.test(choice.version)) return "Give the number of a version.";
  return choices.some((each) => sameVersion(each, choice)) ? "This version is compared already." : null;
}

function wordsFor(version: { aliases: string[]; registeredAt: string } | undefined): string {
  if (version === undefined) return "";
  const { aliases, registeredAt } = version;
  return [
    ...aliases.map((alias) => `@${alias}`),
    `registered ${formatRelative(registeredAt, Date.now())}`,
  ].join(" · ");
}
