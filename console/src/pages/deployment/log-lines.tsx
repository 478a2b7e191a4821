import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";
import { formatExact, formatUtc } from "#lib/format.ts";
import { type LogLine, markMatches } from "#lib/log-line.ts";

const LINE_HEIGHT = 18;
/** `2026-11-24T`, which narrow windows leave out. */
const DATE_CHARS = 11;
const CHAR_WIDTH_EM = 0.61;

interface LogLinesProps {
  lines: LogLine[];
  search: string;
  /** The index of the line to bring into view. */
  current: number | null;
  follow: boolean;
  label: string;
}

/** The lines of a log as text, only those in view drawn; stays at the end until one scrolls up. */
export function LogLines({ lines, search, current, follow, label }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useEffect(() => {
    if (follow && atEnd) scrollToEnd();
  }, [lines, follow, atEnd]);
  useEffect(() => {
    if (current !== null) virtualizer.scrollToIndex(current, { align: "center" });
  }, [current, virtualizer]);
  function scrollToEnd(): void {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }
  return (
    <div className="log-frame">
      <ScrollBox
        ref={box}
        className="log-box"
        label={label}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < LINE_HEIGHT * 2);
        }}
      >
        <div style={{ position: "relative", height: virtualizer.getTotalSize(), minWidth: widthOf(lines) }}>
          {virtualizer.getVirtualItems().map(({ index, start, size }) => (
            <div
              key={index}
              className="log-line"
              data-current={index === current || undefined}
              style={{ top: start, height: size }}
            >
              <Line line={lines[index]} search={search} />
            </div>
          ))}
        </div>
      </ScrollBox>
      {atEnd ? null : (
        <Button
          className="jump"
          size="compact-sm"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={scrollToEnd}
        >
          Jump to the end
        </Button>
      )}
    </div>
  );
}

function widthOf(lines: LogLine[]): string {
  const chars = lines.reduce(
    (longest, { at, source, text }) =>
      Math.max(longest, text.length + (at?.length ?? 0) + (source?.length ?? 0)),
    0,
  );
  return `${chars * CHAR_WIDTH_EM + 4}em`;
}

/** Times are UTC, as written; the title tells them in the reader's time zone. */
function Line({ line, search }: { line: LogLine | undefined; search: string }) {
  if (line === undefined) return null;
  const { at, source, text } = line;
  return (
    <>
      {at === null ? null : (
        <time className="beside" dateTime={at} title={`${formatUtc(at)} · ${formatExact(at)} here`}>
          <span className="date">{at.slice(0, DATE_CHARS)}</span>
          {at.slice(DATE_CHARS)}
        </time>
      )}
      {source === null ? null : (
        <span className="beside">
          <Marked text={source} search={search} />
        </span>
      )}
      <Marked text={text} search={search} />
    </>
  );
}

function Marked({ text, search }: { text: string; search: string }) {
  return markMatches(text, search).map(({ start, text: part, found }) =>
    found ? <mark key={start}>{part}</mark> : part,
  );
}
