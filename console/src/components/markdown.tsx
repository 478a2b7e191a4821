import { Anchor, Spoiler, Text, Typography } from "@mantine/core";
import { lazy, memo, Suspense } from "react";
import type { Components } from "react-markdown";
import { isOutsideLink, isReadableMarkdown } from "#lib/markdown-text.ts";

const ReactMarkdown = lazy(() => import("react-markdown"));
const FOLDED_HEIGHT = 100;
const LINE_CHARS_MAX = 1_000;

const Heading: Components["h1"] = ({ children }) => (
  <Text fw={600} mb={4}>
    {children}
  </Text>
);

const COMPONENTS: Components = {
  ...{ h1: Heading, h2: Heading, h3: Heading, h4: Heading, h5: Heading, h6: Heading },
  a: ({ href, children }) =>
    isOutsideLink(href) ? (
      <Anchor inherit href={href} target="_blank" rel="noopener noreferrer" underline="always">
        {children}
      </Anchor>
    ) : (
      children
    ),
};

/** A description from MLflow as Markdown, folded when long. */
export function Markdown({ text }: { text: string }) {
  return (
    <Spoiler maxHeight={FOLDED_HEIGHT} showLabel="Show more" hideLabel="Show less" fz="sm" maw={860}>
      <WholeMarkdown text={text} />
    </Spoiler>
  );
}

/**
 * The same, whole. It comes from strangers: HTML stays text, links lead outside alone and without a referrer, images are left out
 * because loading one tells its host who reads, and headings are not the page's.
 */
export function WholeMarkdown({ text }: { text: string }) {
  return (
    <Typography fz="sm" p={0} className="break-anywhere">
      {isReadableMarkdown(text) ? (
        <Suspense fallback={text}>
          <ReactMarkdown disallowedElements={["img"]} components={COMPONENTS}>
            {text}
          </ReactMarkdown>
        </Suspense>
      ) : (
        text
      )}
    </Typography>
  );
}

/** The words of a description, without its marks, on one line. */
export const MarkdownLine = memo(function MarkdownLine({ text }: { text: string }) {
  const start = text.slice(0, LINE_CHARS_MAX);
  if (!isReadableMarkdown(start)) return start;
  return (
    <Suspense fallback={start}>
      <ReactMarkdown allowedElements={[]} unwrapDisallowed skipHtml>
        {start}
      </ReactMarkdown>
    </Suspense>
  );
});
