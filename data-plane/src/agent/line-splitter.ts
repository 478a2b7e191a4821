/** Cuts a stream of bytes into lines; a line that never ends is cut too, so that it cannot fill the memory. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** More than a log keeps of a line, so that the log can say that there was more. */
const LINE_LENGTH_MAX = 65_536;

/** Calls `take` with every line of `stream`, the last one also without a line end. What is beyond `lengthMax` is dropped. */
export function forEachLine(
  stream: Readable,
  take: (line: string) => void,
  lengthMax = LINE_LENGTH_MAX,
): void {
  const decoder = new StringDecoder("utf8");
  let line = "";
  /** Its beginning has been taken and its end is still to come. */
  let cut = false;
  /** A carriage return at the end of a chunk may be half of a line end. */
  let held = "";
  const add = (piece: string) => {
    if (cut) return;
    line += piece;
    if (line.length <= lengthMax) return;
    take(line.slice(0, lengthMax));
    [line, cut] = ["", true];
  };
  const end = () => {
    if (!cut) take(line);
    [line, cut] = ["", false];
  };
  const split = (text: string) => {
    const pieces = (held + text).split(/\r\n|\n|\r(?!$)/);
    held = pieces.at(-1)?.endsWith("\r") ? "\r" : "";
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) end();
      add(index === pieces.length - 1 && held !== "" ? piece.slice(0, -1) : piece);
    }
  };
  stream.on("data", (chunk: Buffer) => split(decoder.write(chunk)));
  stream.on("end", () => {
    split(decoder.end());
    if (line !== "" || held !== "") end();
  });
  // A pipe that breaks ends the lines; why it broke shows in how the process ended.
  stream.on("error", () => stream.destroy());
}
