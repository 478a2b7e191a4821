/** Cuts a stream of bytes into lines; a line that never ends is cut too, so that it cannot fill the memory. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const LINE_LENGTH_MAX = 16_384;

/** Calls `take` with every line of `stream`, the last one also without a line end. */
export function forEachLine(stream: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const split = (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) take(line.slice(0, LINE_LENGTH_MAX));
    for (; rest.length > LINE_LENGTH_MAX; rest = rest.slice(LINE_LENGTH_MAX))
      take(rest.slice(0, LINE_LENGTH_MAX));
  };
  stream.on("data", (chunk: Buffer) => split(decoder.write(chunk)));
  stream.on("end", () => {
    split(decoder.end());
    if (rest !== "") take(rest);
  });
  // A pipe that breaks ends the lines; why it broke shows in how the process ended.
  stream.on("error", () => stream.destroy());
}
