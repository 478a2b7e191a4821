/**
 * Frees the bodies of answered requests soon. They lie outside of V8's heap, which sees only that they become many, and then
 * collects all of its garbage: some 10 ms in which the gateway answers nobody. Asked for early, a collection of what is young,
 * which they are, frees them in about 1 ms.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Much less than the 64 MB that V8 reacts to: a body in pieces is copied, once more on its way to a replica, and some grow old. */
const COLLECT_BYTES = 4 * 1024 ** 2;
const HELD_TIMES = 2;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as NodeJS.GCFunction;
let bytes = 0;

/**
 * Takes note of what was read of a body, and collects when it is time: while bodies are held that are not answered yet, not
 * before so much has come again that most of these are. What outlives two collections counts as old, and stays.
 */
export function noteRead(read: number, held: number): void {
  bytes += read;
  if (bytes < Math.max(COLLECT_BYTES, HELD_TIMES * held)) return;
  bytes = 0;
  collect({ type: "minor" });
}
