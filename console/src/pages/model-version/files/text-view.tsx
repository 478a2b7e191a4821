import { SegmentedControl } from "@mantine/core";
import { lazy, Suspense, useMemo, useState } from "react";
import { PagePending } from "#components/page-states.tsx";
import { artifactKind } from "#lib/artifact-content.ts";
import { prettyJson } from "#lib/pretty-json.ts";
import { NumberedLines } from "./numbered-lines.tsx";

/** With its parser: loaded when the first table is opened. */
const RowsTable = lazy(() => import("./rows-table.tsx").then(({ RowsTable: View }) => ({ default: View })));
const FORMATTED = "Formatted";
const AS_WRITTEN = "As written";

interface TextProps {
  path: string;
  text: string;
  truncated: boolean;
}

/** A text with line numbers; JSON is also shown indented, and comma-separated values as a table. */
export function TextView({ path, text, truncated }: TextProps) {
  const kind = artifactKind(path);
  const [look, setLook] = useState(FORMATTED);
  const indented = useMemo(
    () => (kind === "json" && !truncated ? indent(text) : null),
    [kind, text, truncated],
  );
  const formatted = kind === "table" || indented !== null;
  return (
    <>
      {formatted ? (
        <SegmentedControl
          size="xs"
          data={[FORMATTED, AS_WRITTEN]}
          value={look}
          onChange={setLook}
          aria-label="How the file is shown"
          style={{ alignSelf: "flex-start" }}
        />
      ) : null}
      {kind === "table" && look === FORMATTED ? (
        <Suspense fallback={<PagePending rows={4} />}>
          <RowsTable text={text} truncated={truncated} label={path} />
        </Suspense>
      ) : (
        <NumberedLines text={look === FORMATTED ? (indented ?? text) : text} label={path} />
      )}
    </>
  );
}

/** Null for what is not JSON: it is shown as it is written. */
function indent(text: string): string | null {
  try {
    return prettyJson(JSON.parse(text));
  } catch {
    return null;
  }
}
