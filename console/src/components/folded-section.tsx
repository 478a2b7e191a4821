import { Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import { plural } from "#lib/format.ts";

interface FoldedSectionProps {
  title: string;
  /** What it holds now, in a line. */
  summary: string;
  opened: boolean;
  onToggle: () => void;
  /** How many fields in it are wrong. */
  problems: number;
  children: ReactNode;
}

/** A part of a form that is folded away; its header says what it holds, and whether something in it is wrong. */
export function FoldedSection(props: FoldedSectionProps) {
  const { title, summary, opened, onToggle, problems, children } = props;
  const id = useId();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <section className="folded-section" aria-label={title}>
      <UnstyledButton
        className="folded-header"
        type="button"
        onClick={onToggle}
        aria-expanded={opened}
        aria-controls={id}
      >
        <Chevron size={16} aria-hidden />
        <Text span size="sm" fw={600}>
          {title}
        </Text>
        <Text span size="sm" c="dimmed" className="folded-summary">
          {summary}
        </Text>
        {problems > 0 ? (
          <Text span size="sm" c="var(--mantine-color-error)" fw={600} className="folded-problems">
            {plural(problems, "problem")}
          </Text>
        ) : null}
      </UnstyledButton>
      <div id={id} hidden={!opened} className="folded-content">
        {children}
      </div>
    </section>
  );
}
