import type { ClipboardEvent } from "react";

/** Copies cells with their full values (`data-full`) where they are shown shortened, as a table that a spreadsheet takes. */
export function copyFull(event: ClipboardEvent): void {
  const selection = window.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const holder = (around instanceof Element ? around : around.parentElement)?.closest<HTMLElement>(
    "[data-full]",
  );
  if (holder) {
    // A part of a number is copied as it was chosen.
    if (selection.toString().trim() !== holder.textContent) return;
    event.clipboardData.setData("text/plain", holder.dataset.full ?? "");
    event.preventDefault();
    return;
  }
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  const shortened = copied.querySelectorAll<HTMLElement>("[data-full]");
  if (shortened.length === 0) return;
  for (const value of shortened) value.textContent = value.dataset.full ?? "";
  const rows = [...copied.querySelectorAll("tr")];
  const lines = rows.map((row) => [...row.querySelectorAll("td, th")].map(textOf).join("\t"));
  event.clipboardData.setData("text/plain", rows.length === 0 ? textOf(copied) : lines.join("\n"));
  event.clipboardData.setData("text/html", copied.innerHTML);
  event.preventDefault();
}

function textOf(element: Element): string {
  return element.textContent.replace(/\s+/g, " ").trim();
}
