/** Keys that mean something on a page, as long as nobody types. */

const TYPING =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]:not([contenteditable=false])";
/** What has keys of its own while it is open. */
const OPENED = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/** Whether a key is free to mean something: pressed alone, not in a field, not in what is open above the page. */
export function isFreeKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
    return false;
  return !(event.target instanceof Element) || event.target.closest(`${TYPING}, ${OPENED}`) === null;
}
