import { ActionIcon, Box, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { ScrollBox } from "./scroll-box.tsx";

/** A small button that copies a text. `what` completes its name: "Copy the endpoint". */
export function CopyIcon({ text, what }: { text: string; what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${what}`}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`Copy ${what}`}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A short text to copy, on one line. */
export function CopyText({ text, what }: { text: string; what: string }) {
  return (
    <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
      <code className="mono break-anywhere">{text}</code>
      <CopyIcon text={text} what={what} />
    </Group>
  );
}

interface CodeBlockProps {
  code: string;
  /** Names the block and its copy button: "Copy the curl command". */
  what: string;
  wrap?: boolean;
  maxHeight?: number;
}

/** A block of code with a copy button. */
export function CodeBlock({ code, what, wrap = false, maxHeight = 360 }: CodeBlockProps) {
  return (
    <Box pos="relative">
      <Box pos="absolute" top={8} right={16} style={{ zIndex: 1 }}>
        <CopyIcon text={code} what={what} />
      </Box>
      <ScrollBox
        className={wrap ? "code-box wrap" : "code-box"}
        style={{ maxHeight, paddingRight: "3rem" }}
        label={what}
      >
        <code>{code}</code>
      </ScrollBox>
    </Box>
  );
}
