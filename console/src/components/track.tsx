import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { type Look, TONES } from "./sign.tsx";

/** One stage of something that goes on in stages. */
export interface Stage {
  name: string;
  look: Look;
  /** What is said beside the state's word. */
  beside?: ReactNode;
  note?: string | null;
}

/** Stages from left to right, each with its state as icon, word and colour. */
export function Track({ label, stages }: { label: string; stages: Stage[] }) {
  return (
    <ol className="steps" aria-label={label}>
      {stages.map(({ name, look, beside, note }) => (
        <li
          key={name}
          className="step"
          style={{ borderColor: look.tone === "quiet" ? undefined : TONES[look.tone] }}
        >
          <Text span c={TONES[look.tone]} lh={0} pt={2}>
            <look.icon size={18} aria-hidden className={look.spins ? "spin" : undefined} />
          </Text>
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <Text size="xs" c="dimmed">
              {look.word}
              {beside}
            </Text>
            {note ? (
              <Text size="xs" c="dimmed" lineClamp={2} title={note} className="break-anywhere">
                {note}
              </Text>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
