import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";

const LINE_HEIGHT = 18;
const LINES_MAX = 30;
const CHAR_WIDTH_EM = 0.61;

/** A text with the numbers of its lines, only those in view drawn. */
export function NumberedLines({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => text.replace(/\r?\n$/, "").split(/\r?\n/), [text]);
  const chars = useMemo(() => lines.reduce((longest, line) => Math.max(longest, line.length), 0), [lines]);
  const digits = String(lines.length).length;
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  return (
    <ScrollBox
      ref={box}
      className="log-box"
      label={label}
      style={{ height: Math.min(lines.length + 1, LINES_MAX) * LINE_HEIGHT }}
    >
      <div
        style={{
          position: "relative",
          height: virtualizer.getTotalSize(),
          minWidth: `${(chars + digits + 2) * CHAR_WIDTH_EM + 2}em`,
        }}
      >
        {virtualizer.getVirtualItems().map(({ index, start, size }) => (
          <div key={index} className="log-line" style={{ top: start, height: size, tabSize: 4 }}>
            <span className="beside" style={{ userSelect: "none" }}>
              {String(index + 1).padStart(digits)}
            </span>
            {lines[index]}
          </div>
        ))}
      </div>
    </ScrollBox>
  );
}
