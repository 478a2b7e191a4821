import { Button, Group, Select, Text } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import { IconArrowsExchange } from "@tabler/icons-react";
import { SpecChanges } from "#components/spec-changes.tsx";
import { Section } from "#components/value-table.tsx";
import type { RevisionRange } from "#lib/revision-range.ts";

interface RevisionDiffProps {
  /** Newest first. */
  revisions: Revision[];
  range: RevisionRange | null;
  onChange: (range: RevisionRange | null) => void;
}

/** What differs between any two revisions. */
export function RevisionDiff({ revisions, range, onChange }: RevisionDiffProps) {
  const newest = revisions[0]?.number ?? 1;
  const { from, to } = range ?? { from: revisions[1]?.number ?? newest, to: newest };
  const [before, after] = [from, to].map((number) => revisions.find((each) => each.number === number));
  if (revisions.length < 2) {
    return (
      <Section title="Compare revisions">
        <Text size="sm" c="dimmed">
          There is one revision so far. Each update makes another one, and what differs is shown here.
        </Text>
      </Section>
    );
  }
  return (
    <Section title="Compare revisions">
      <Group gap="xs" align="flex-end" mb="sm">
        <RevisionSelect
          label="From"
          revisions={revisions}
          value={from}
          onChange={(next) => onChange({ from: next, to })}
        />
        <RevisionSelect
          label="To"
          revisions={revisions}
          value={to}
          onChange={(next) => onChange({ from, to: next })}
        />
        <Button
          variant="subtle"
          leftSection={<IconArrowsExchange size={16} aria-hidden />}
          onClick={() => onChange({ from: to, to: from })}
        >
          Swap
        </Button>
      </Group>
      {before === undefined || after === undefined ? (
        <Text size="sm" c="dimmed">
          There is no revision {before === undefined ? from : to}.
        </Text>
      ) : (
        <SpecChanges
          changes={diffSpecs(before, after)}
          from={`revision ${from}`}
          to={`revision ${to}`}
          none={from === to ? "It is the same revision twice." : "The two have the same spec."}
        />
      )}
    </Section>
  );
}

interface RevisionSelectProps {
  label: string;
  revisions: Revision[];
  value: number;
  onChange: (number: number) => void;
}

function RevisionSelect({ label, revisions, value, onChange }: RevisionSelectProps) {
  return (
    <Select
      label={label}
      data={revisions.map(({ number, modelName, resolvedVersion }) => ({
        value: String(number),
        label: `Revision ${number} · ${modelName} v${resolvedVersion}`,
      }))}
      value={String(value)}
      allowDeselect={false}
      searchable
      w={{ base: "100%", xs: 260 }}
      onChange={(next) => {
        if (next !== null) onChange(Number(next));
      }}
    />
  );
}
