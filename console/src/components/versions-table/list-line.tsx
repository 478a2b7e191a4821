import { Group, Kbd, Text, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { showKeys } from "#components/keys-help.tsx";
import { Time } from "#components/time.tsx";
import { plural } from "#lib/format.ts";

interface ListLineProps {
  total: number;
  /** Of how many a filter has found these; null without one. */
  of: number | null;
  asOfMs: number | null;
  children: ReactNode;
}

/** How many versions are listed, and how fresh that is; beside it what is selected. */
export function ListLine({ total, of, asOfMs, children }: ListLineProps) {
  return (
    <Group gap="xs" mih={24} fz="sm" c="dimmed">
      <Text span inherit aria-live="polite">
        {of === null ? plural(total, "version") : `${total.toLocaleString("en")} of ${plural(of, "version")}`}
        {asOfMs === null ? (
          " · live"
        ) : (
          <>
            {" "}
            · as of <Time at={new Date(asOfMs).toISOString()} />
          </>
        )}
      </Text>
      {children}
      <UnstyledButton fz="inherit" c="inherit" ml="auto" visibleFrom="sm" onClick={showKeys}>
        Keys <Kbd size="xs">?</Kbd>
      </UnstyledButton>
    </Group>
  );
}
