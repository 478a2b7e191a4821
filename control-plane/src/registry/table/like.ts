/** SQL's `like`: `%` stands for any text, `_` for one character. */

/**
 * Makes the test of a pattern. It takes time in proportion to pattern and text, whatever they are: each part between two `%` is
 * looked for once, from where the one before ends.
 */
export function likeTest(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const parts = pattern.split("%");
  const flags = ignoreCase ? "sui" : "su";
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) {
    const whole = new RegExp(`^${written(first)}$`, flags);
    return (text) => whole.test(text);
  }
  const beginning = new RegExp(written(first), `${flags}y`);
  const middle = parts
    .slice(1, -1)
    .filter((part) => part !== "")
    .map((part) => new RegExp(written(part), `${flags}g`));
  const end = new RegExp(`${written(last)}$`, `${flags}g`);
  return (text) => {
    let at = 0;
    for (const part of [beginning, ...middle, end]) {
      part.lastIndex = at;
      if (!part.test(text)) return false;
      at = part.lastIndex;
    }
    return true;
  };
}

function written(part: string): string {
  return part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll("_", ".");
}
