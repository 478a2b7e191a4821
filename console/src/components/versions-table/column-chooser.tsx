import { Button, Checkbox, Group, Popover, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { IconColumns3, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { BENCHMARK_TITLES, benchmarkColumn } from "#lib/benchmark-words.ts";
import {
  COLUMN_KINDS,
  type ColumnChoice,
  type ColumnKind,
  columnKey,
  toggleColumn,
} from "#lib/table-view.ts";

const TITLES: Record<ColumnKind, string> = {
  ...{ params: "Parameters", metrics: "Metrics", benchmark: "Benchmark", tags: "Tags" },
};
const SHOWN_MAX = 200;

interface ColumnChooserProps {
  keys: Record<ColumnKind, string[]>;
  chosen: ColumnChoice[];
  onChange: (columns: ColumnChoice[]) => void;
}

/** `Columns`: a searchable choice of parameters, metrics, what was measured, and tags. */
export function ColumnChooser({ keys, chosen, onChange }: ColumnChooserProps) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const chosenKeys = new Set(chosen.map(columnKey));
  const groups = COLUMN_KINDS.map((kind) => {
    // A chosen key that no version has any more can still be taken away.
    const stale = chosen
      .filter((each) => each.kind === kind && !keys[kind].includes(each.name))
      .map(({ name }) => name);
    const names = [...keys[kind], ...stale].filter((name) =>
      labelOf(kind, name).toLowerCase().includes(wanted),
    );
    return { kind, names };
  }).filter(({ names }) => names.length > 0);
  return (
    <Popover
      position="bottom-end"
      width={320}
      trapFocus
      returnFocus
      withinPortal
      onClose={() => setSearch("")}
    >
      <Popover.Target>
        <Button variant="default" size="sm" leftSection={<IconColumns3 size={16} aria-hidden />}>
          Columns{chosen.length > 0 ? ` ${chosen.length}` : ""}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Choose columns">
        <Stack gap="xs">
          <TextInput
            data-autofocus
            size="xs"
            aria-label="Search columns"
            placeholder="Search parameters, metrics, figures, tags"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            leftSection={<IconSearch size={14} aria-hidden />}
          />
          <ScrollArea.Autosize mah={340} type="auto" viewportProps={{ tabIndex: -1 }}>
            <Stack gap="sm" pr="sm">
              {groups.map(({ kind, names }) => (
                <Checkbox.Group
                  key={kind}
                  label={TITLES[kind]}
                  labelProps={{ fw: 600, mb: 4 }}
                  value={names.filter((name) => chosenKeys.has(columnKey({ kind, name })))}
                >
                  <Stack gap={6}>
                    {names.slice(0, SHOWN_MAX).map((name) => (
                      <Checkbox
                        key={name}
                        size="xs"
                        value={name}
                        label={labelOf(kind, name)}
                        className="break-anywhere"
                        onChange={() => onChange(toggleColumn(chosen, { kind, name }))}
                      />
                    ))}
                    {names.length > SHOWN_MAX ? (
                      <Text size="xs" c="dimmed">
                        {names.length - SHOWN_MAX} more: search for them.
                      </Text>
                    ) : null}
                  </Stack>
                </Checkbox.Group>
              ))}
              {groups.length === 0 ? (
                <Text size="sm" c="dimmed">
                  Nothing matches.
                </Text>
              ) : null}
            </Stack>
          </ScrollArea.Autosize>
          <Group justify="space-between">
            <Text size="xs" c="dimmed" aria-live="polite">
              {chosen.length} chosen
            </Text>
            <Button
              size="compact-xs"
              variant="subtle"
              disabled={chosen.length === 0}
              onClick={() => onChange([])}
            >
              Clear
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(kind: ColumnKind, name: string): string {
  const figure = kind === "benchmark" ? benchmarkColumn(name) : undefined;
  return figure === undefined ? name : BENCHMARK_TITLES[figure].label;
}
