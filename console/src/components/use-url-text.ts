import { useEffect, useRef, useState } from "react";

/** A text that is typed at once and stands in the URL a moment later. Changes of the URL from elsewhere win. */
export function useUrlText(
  urlValue: string | undefined,
  write: (value: string | undefined) => void,
): [text: string, change: (text: string) => void] {
  const inUrl = urlValue ?? "";
  const [text, setText] = useState(inUrl);
  const awaited = useRef<string | null>(null);
  useEffect(() => {
    if (awaited.current === null) setText(inUrl);
    else if (awaited.current === inUrl) awaited.current = null;
  }, [inUrl]);
  function change(next: string): void {
    setText(next);
    awaited.current = next === inUrl ? null : next;
    write(next === "" ? undefined : next);
  }
  return [text, change];
}
