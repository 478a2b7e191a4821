/** What can be shown of a file, told by its name and its first bytes. Nothing in a file is ever run or interpreted as a page. */

/** How a file is shown. `unread` is not worth reading: no text can be in it. */
export type ArtifactKind = "image" | "json" | "table" | "text" | "unread";

/** The only types that are shown as pictures; a browser runs nothing in them. */
const IMAGE_TYPES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};
const BINARY =
  /^(?:7z|avro|bin|bz2|cbm|ckpt|dll|dylib|feather|gguf|gz|h5|hdf5|joblib|keras|msgpack|npy|npz|onnx|parquet|pb|pdf|pickle|pkl|pt|pth|safetensors|so|tar|tflite|tgz|ubj|whl|xz|zip|zst)$/;

/** Larger ones are read when somebody asks for it, in bytes: MLflow fetches the whole file from its store, however little is looked at. */
export const UNASKED_BYTES_MAX = 20_000_000;

/** How a file of that name is shown. */
export function artifactKind(path: string): ArtifactKind {
  const ending = endingOf(path);
  if (ending in IMAGE_TYPES) return "image";
  if (ending === "json") return "json";
  if (ending === "csv" || ending === "tsv") return "table";
  return BINARY.test(ending) ? "unread" : "text";
}

/** The type of a picture, by its name. */
export function imageType(path: string): string {
  return IMAGE_TYPES[endingOf(path)] ?? "application/octet-stream";
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
}

/** The text of a file; null when it is none. */
export interface ArtifactText {
  text: string | null;
  /** Whether the file goes on. */
  truncated: boolean;
}

/** Reads bytes as UTF-8, or as UTF-16 where they say so. A character that the cut went through is left out. */
export function readContent(bytes: Uint8Array, truncated: boolean): ArtifactText {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : null;
  if (wide === null && bytes.includes(0)) return { text: null, truncated };
  try {
    const decoder = new TextDecoder(wide ?? "utf-8", { fatal: true });
    return { text: decoder.decode(bytes, { stream: truncated }), truncated };
  } catch {
    return { text: null, truncated }; // not a text
  }
}

/** The parts of a path with the paths that lead to them: `a/b` is `a` at `a/` and `b` at `a/b`. Folders end with a slash. */
export function pathSteps(file: string): { name: string; file: string }[] {
  const parts = file.split("/").filter((part) => part !== "");
  return parts.map((name, index) => {
    const last = index === parts.length - 1;
    return { name, file: parts.slice(0, index + 1).join("/") + (last && !file.endsWith("/") ? "" : "/") };
  });
}

/** The folder that a file lies in, as the API names it: without a slash at its end, empty for the model folder. */
export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf("/")));
}
