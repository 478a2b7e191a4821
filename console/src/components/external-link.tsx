import { Anchor, Button, VisuallyHidden } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** A link that leaves the console, in a new tab. Addresses that are not http(s) are shown as text: they come from others. */
export function ExternalLink({ href, children }: { href: string | null; children: ReactNode }) {
  if (href === null || !/^https?:\/\//i.test(href)) return children;
  return (
    <Anchor inherit underline="always" href={href} target="_blank" rel="noopener noreferrer">
      {children} <IconExternalLink size="0.9em" aria-hidden style={{ verticalAlign: "-0.1em" }} />
      <VisuallyHidden> (opens a new tab)</VisuallyHidden>
    </Anchor>
  );
}

/** The button that opens the group's MLflow. */
export function MlflowUiButton({ href }: { href: string | undefined }) {
  if (href === undefined || !/^https?:\/\//i.test(href)) return null;
  return (
    <Button
      component="a"
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      variant="default"
      rightSection={<IconExternalLink size={16} aria-hidden />}
    >
      MLflow UI
    </Button>
  );
}
