/** A comparison as a Markdown table, for a ticket or a chat. */
import { MISSING } from "./format.ts";
import type { ComparedCell, ComparedSection } from "./version-comparison.ts";

/** Writes the rows of all sections under one head; sections without rows are left out. */
export function markdownTable(labels: string[], sections: ComparedSection[]): string {
  const head = ["", ...labels];
  const rows = sections
    .filter((section) => section.rows.length > 0)
    .flatMap(({ title, rows }) => [
      [`**${escaped(title)}**`, ...labels.map(() => "")],
      ...rows.map(({ label, cells }) => [escaped(label), ...cells.map(written)]),
    ]);
  return [head.map(escaped), head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function written(cell: ComparedCell | null): string {
  return escaped(cell?.text ?? MISSING);
}

/** A cell holds one line, and text only. */
function escaped(text: string): string {
  return text.replace(/[\\|`*_<[\]]/g, "\\$&").replace(/\s+/g, " ");
}
