import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";

const LINE_HEIGHT = 18;
const CHAR_WIDTH_EM = 0.61;

interface LogLinesProps {
  lines: string[];
  search: string;
  follow: boolean;
  label: string;
}

/** The lines of a log as text, only those in view drawn; stays at the end while it is there. */
export function LogLines({ lines, search, follow, label }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines move the end
  useEffect(() => {
    if (follow && atEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follow]);
  const longest = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
  return (
    <ScrollBox
      ref={box}
      className="log-box"
      label={label}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        atEnd.current = scrollHeight - scrollTop - clientHeight < LINE_HEIGHT * 2;
      }}
    >
      <div
        style={{
          position: "relative",
          height: virtualizer.getTotalSize(),
          minWidth: `${longest * CHAR_WIDTH_EM + 2}em`,
        }}
      >
        {virtualizer.getVirtualItems().map(({ index, start, size }) => (
          <div key={index} className="log-line" style={{ top: start, height: size }}>
            <Marked text={lines[index] ?? ""} search={search} />
          </div>
        ))}
      </div>
    </ScrollBox>
  );
}

function Marked({ text, search }: { text: string; search: string }) {
  const start = search === "" ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (start < 0) return text;
  return (
    <>
      {text.slice(0, start)}
      <mark>{text.slice(start, start + search.length)}</mark>
      {text.slice(start + search.length)}
    </>
  );
}
