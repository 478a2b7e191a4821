import { expect, it } from "vitest";
import { isOutsideLink, isReadableMarkdown } from "./markdown-text.ts";

it.each([
  "# Title\n\n- a\n  - b\n    - c\n\n> > quoted twice\n\n1. one\n",
  "-".repeat(200),
  "**bold** ".repeat(500),
  `${"> ".repeat(29)}deep`,
])("what people write is Markdown: %j", (text) => {
  expect(isReadableMarkdown(text)).toBe(true);
});

it.each([
  ">".repeat(5_000),
  `a title\n\n${"- ".repeat(2_500)}x`,
  "1. ".repeat(1_500),
  `${" > -  ".repeat(20)}x`,
  "a".repeat(6_001),
])("what would take seconds or all of the stack is not read as Markdown", (text) => {
  expect(isReadableMarkdown(text)).toBe(false);
});

it("only an address outside of the console is a link", () => {
  for (const href of ["https://example.org", "HTTP://example.org", "mailto:a@example.org"])
    expect(isOutsideLink(href)).toBe(true);
  for (const href of ["javascript:alert(1)", "data:text/html,x", "/sign-in?token=x", "//host", "", undefined])
    expect(isOutsideLink(href)).toBe(false);
});
