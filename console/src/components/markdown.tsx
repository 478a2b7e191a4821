import { Anchor, Spoiler, Typography } from "@mantine/core";
import { lazy, Suspense } from "react";

const ReactMarkdown = lazy(() => import("react-markdown"));
const FOLDED_HEIGHT = 100;

/**
 * A description from MLflow as Markdown, folded when long. It comes from strangers: HTML stays text, links open outside
 * without a referrer, and images are left out because loading one tells its host who reads.
 */
export function Markdown({ text }: { text: string }) {
  return (
    <Spoiler maxHeight={FOLDED_HEIGHT} showLabel="Show more" hideLabel="Show less" fz="sm" maw={860}>
      <Typography fz="sm" p={0} className="break-anywhere">
        <Suspense fallback={text}>
          <ReactMarkdown
            disallowedElements={["img", "h1"]}
            unwrapDisallowed
            components={{
              a: ({ href, children }) => (
                <Anchor href={href ?? ""} target="_blank" rel="noopener noreferrer" underline="always">
                  {children}
                </Anchor>
              ),
            }}
          >
            {text}
          </ReactMarkdown>
        </Suspense>
      </Typography>
    </Spoiler>
  );
}
