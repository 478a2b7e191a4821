/** Which descriptions are shown as Markdown. */

/** As long as MLflow's own database lets a description be, and a little more. */
const CHARS_MAX = 6_000;
const NESTED_MAX = 30;
const NESTED = new RegExp(`^(?:[ \\t]*(?:>|(?:[-*+]|\\d{1,9}[.)])[ \\t])){${NESTED_MAX}}`, "m");

/**
 * False for what nobody writes by hand: quotes and lists so deep inside of one another that reading them takes seconds, or more
 * stack than there is.
 */
export function isReadableMarkdown(text: string): boolean {
  return text.length <= CHARS_MAX && !NESTED.test(text);
}

/** An address that a stranger's text may link to: one that leads outside of the console. */
export function isOutsideLink(href: string | undefined): href is string {
  return href !== undefined && /^(?:https?|mailto):/i.test(href);
}
