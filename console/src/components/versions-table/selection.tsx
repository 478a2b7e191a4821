import { Button, Text, Tooltip } from "@mantine/core";
import { IconColumns } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { ButtonLink } from "#components/links.tsx";
import { COMPARED_MAX, COMPARED_MIN, formatVersions, type VersionChoice } from "#lib/version-choice.ts";

/** The versions that were selected, in the order in which they were. */
export interface Selection {
  versions: VersionChoice[];
  has: (version: VersionChoice) => boolean;
  toggle: (version: VersionChoice) => void;
  clear: () => void;
}

/** A selection that stays while the list is sorted, filtered and loaded, and ends with the table. */
export function useSelection(): Selection {
  const [selected, setSelected] = useState<ReadonlyMap<string, VersionChoice>>(new Map());
  return useMemo(
    () => ({
      versions: [...selected.values()],
      has: (version) => selected.has(versionKey(version)),
      toggle: ({ name, version }) => {
        const next = new Map(selected);
        const key = versionKey({ name, version });
        if (!next.delete(key)) next.set(key, { name, version });
        setSelected(next);
      },
      clear: () => setSelected(new Map()),
    }),
    [selected],
  );
}

/** Names a version among those of all models. */
export function versionKey({ name, version }: VersionChoice): string {
  return `${name}/${version}`;
}

/** `Compare 3`, which leads to the comparison of the selected versions once there are enough and not too many. */
export function CompareButton({ group, versions }: { group: string; versions: VersionChoice[] }) {
  const problem = selectionProblem(versions.length);
  const look = { variant: "default", leftSection: <IconColumns size={16} aria-hidden /> };
  const label = versions.length === 0 ? "Compare" : `Compare ${versions.length}`;
  if (problem === null) {
    return (
      <ButtonLink
        to="/g/$group/compare"
        params={{ group }}
        search={{ versions: formatVersions(versions) }}
        {...look}
      >
        {label}
      </ButtonLink>
    );
  }
  return (
    <Tooltip label={problem} events={{ hover: true, focus: true, touch: true }}>
      <Button data-disabled aria-disabled onClick={(event) => event.preventDefault()} {...look}>
        {label}
      </Button>
    </Tooltip>
  );
}

/** How many are selected, and why they cannot be compared where they cannot. */
export function SelectionLine({ selection }: { selection: Selection }) {
  const count = selection.versions.length;
  if (count === 0) return null;
  const problem = selectionProblem(count);
  return (
    <>
      <Text span inherit aria-live="polite">
        {count} selected{problem === null ? "" : `: ${problem.toLowerCase()}`}
      </Text>
      <Button size="compact-xs" variant="subtle" onClick={selection.clear}>
        Clear the selection
      </Button>
    </>
  );
}

function selectionProblem(count: number): string | null {
  if (count === 0) return `Select ${COMPARED_MIN} to ${COMPARED_MAX} versions to compare them`;
  if (count < COMPARED_MIN) return "Select one more to compare";
  if (count <= COMPARED_MAX) return null;
  return `At most ${COMPARED_MAX} can be compared, take ${count - COMPARED_MAX} away`;
}
