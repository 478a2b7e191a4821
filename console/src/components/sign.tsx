import { Group, Text } from "@mantine/core";
import type { IconLoader2 } from "@tabler/icons-react";

/** Text colours by meaning, with a contrast of 4.5 in light and dark. */
export const TONES = {
  good: "light-dark(#1f7a33, var(--mantine-color-green-4))",
  bad: "light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))",
  busy: "light-dark(var(--mantine-color-blue-9), var(--mantine-color-blue-3))",
  warn: "light-dark(#8a5300, var(--mantine-color-yellow-4))",
  quiet: "var(--mantine-color-dimmed)",
} as const;

/** How a state looks: an icon, a word and a colour, so that none of them is needed alone. */
export interface Look {
  icon: typeof IconLoader2;
  word: string;
  tone: keyof typeof TONES;
  spins?: boolean;
}

/** A state as icon, word and colour. */
export function Sign({ look, size = "sm" }: { look: Look; size?: "xs" | "sm" | "md" }) {
  const Icon = look.icon;
  return (
    <Group gap={5} wrap="nowrap" c={TONES[look.tone]} display="inline-flex">
      <Icon
        size={size === "md" ? 20 : 16}
        aria-hidden
        style={{ flexShrink: 0 }}
        className={look.spins ? "spin" : undefined}
      />
      <Text span size={size} fw={600} c="inherit" style={{ whiteSpace: "nowrap" }}>
        {look.word}
      </Text>
    </Group>
  );
}
