import { ActionIcon, Combobox, Stack, Text, TextInput, useCombobox } from "@mantine/core";
import { IconFilter, IconX } from "@tabler/icons-react";
import { type ReactNode, type KeyboardEvent as TypedKey, useEffect, useRef, useState } from "react";
import { applyCompletion, completeFilter, type FilterNames } from "#lib/filter-completion.ts";
import { isFreeKey } from "#lib/free-keys.ts";

interface FilterBoxProps {
  /** The filter that is in effect. */
  value: string;
  names: FilterNames;
  /** Why it could not be read, with the place of the first wrong character. */
  problem: { message: string; position: number } | null;
  onChange: (filter: string) => void;
}

/** The filter of the versions table: Enter puts it into effect, and what can come next is suggested while typing. */
export function FilterBox({ value, names, problem, onChange }: FilterBoxProps): ReactNode {
  const [draft, setDraft] = useState({ of: value, text: value });
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(value.length);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  // Another filter came into effect: by Enter, or by other ways such as a link or the browser's back button.
  if (draft.of !== value) setDraft({ of: value, text: value });
  const text = draft.of === value ? draft.text : value;
  const { from, suggestions } = completeFilter(text, Math.min(caret, text.length), names);

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== "/" || !isFreeKey(event)) return;
      // Before the search of the whole console, which has the same key.
      event.preventDefault();
      event.stopPropagation();
      input.current?.focus();
    }
    document.addEventListener("keydown", onKeyDown, { capture: true });
    return () => document.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);

  function write(next: string, at: number) {
    setDraft({ of: value, text: next });
    setCaret(at);
  }

  function take(suggestion: string) {
    const next = applyCompletion(text, { from, caret: Math.min(caret, text.length), suggestion });
    write(next.text, next.caret);
    combobox.resetSelectedOption();
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
  }

  function onKeyDown(event: TypedKey<HTMLInputElement>) {
    if (event.key === "Enter" && combobox.getSelectedOptionIndex() < 0) {
      event.preventDefault();
      event.stopPropagation();
      combobox.closeDropdown();
      onChange(text.trim());
    } else if (event.key === "Escape") combobox.closeDropdown();
  }

  return (
    <Stack gap={4} style={{ flex: "1 1 22rem", minWidth: 0 }}>
      <Combobox store={combobox} onOptionSubmit={take} withinPortal={false}>
        <Combobox.Target withAriaAttributes>
          <TextInput
            ref={input}
            aria-label="Filter versions"
            placeholder="Filter: metrics.accuracy > 0.9 and tags.stage = 'ok'"
            value={text}
            spellCheck={false}
            autoComplete="off"
            error={problem !== null}
            leftSection={<IconFilter size={16} aria-hidden />}
            rightSection={
              text === "" ? null : (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label="Clear the filter"
                  onClick={() => {
                    write("", 0);
                    onChange("");
                  }}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              )
            }
            onChange={({ currentTarget }) => {
              write(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
              combobox.openDropdown();
              combobox.resetSelectedOption();
            }}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
            onKeyDownCapture={onKeyDown}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={suggestions.length === 0}>
          <Combobox.Options aria-label="Suggestions">
            {suggestions.map((suggestion) => (
              <Combobox.Option key={suggestion} value={suggestion} className="break-anywhere">
                {suggestion}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {problem === null ? null : <Wrong filter={value} {...problem} />}
    </Stack>
  );
}

/** The filter with the character that it cannot be read from on. */
function Wrong({ filter, message, position }: { filter: string; message: string; position: number }) {
  return (
    <div role="alert">
      <Text size="sm" ff="monospace" className="break-anywhere" aria-hidden>
        {filter.slice(0, position)}
        <mark className="wrong-character">{filter.slice(position, position + 1) || " "}</mark>
        {filter.slice(position + 1)}
      </Text>
      <Text size="sm" c="var(--mantine-color-error)">
        {message}
      </Text>
    </div>
  );
}
