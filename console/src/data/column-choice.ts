/** The columns that a person chose for a model's versions, remembered in this browser. The URL wins over it. */
import { useCallback } from "react";
import { useMe } from "./identity.ts";

/** Reads and writes the remembered choice of the signed-in user, for one model. */
export function useColumnChoice(group: string, model: string) {
  const key = keyOf(useMe().username, { group, model });
  const remember = useCallback(
    (columns: string) => {
      try {
        localStorage.setItem(key, columns);
      } catch {
        // A browser that stores nothing still has the URL.
      }
    },
    [key],
  );
  return { remembered: read(key), remember };
}

/** The choice that a user made for a model, as the URL would have it; the empty text where none was made. */
export function rememberedColumns(username: string, of: { group: string; model: string }): string {
  return read(keyOf(username, of));
}

function keyOf(username: string, { group, model }: { group: string; model: string }): string {
  return `slipway.columns:${JSON.stringify([username, group, model])}`;
}

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
