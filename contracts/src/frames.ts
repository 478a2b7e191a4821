/** Frames as bytes (`contracts/src/frame.ts`). */
import { FRAME_HEADER_BYTES, FRAME_KIND } from "./frame.ts";

const FRAME_BYTES_MAX = 1024 ** 3;
/** `length` counts everything after itself. */
const LENGTH_BYTES = 4;

export interface Frame {
  kind: number;
  meta: unknown;
  body: Buffer;
}

/** Header and meta of a frame; the body follows as it is, without a copy. */
export function encodeHead(kind: keyof typeof FRAME_KIND, meta: object, bodyBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(meta));
  const head = Buffer.allocUnsafe(FRAME_HEADER_BYTES + text.length);
  head.writeUInt32BE(FRAME_HEADER_BYTES - LENGTH_BYTES + text.length + bodyBytes, 0);
  head.writeUInt8(FRAME_KIND[kind], 4);
  head.writeUInt32BE(text.length, 5);
  text.copy(head, FRAME_HEADER_BYTES);
  return head;
}

/** Puts frames together from whatever pieces arrive. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /**
   * Takes a piece; gives the frames that are complete now.
   * @throws Error when the bytes are not frames.
   */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Frame[] = [];
    for (let size = this.#nextSize(); size !== undefined && this.#length >= size; size = this.#nextSize()) {
      frames.push(decode(this.#take(size)));
    }
    return frames;
  }

  #nextSize(): number | undefined {
    if (this.#length < FRAME_HEADER_BYTES) return undefined;
    const [first] = this.#chunks;
    const head = first && first.length >= LENGTH_BYTES ? first : this.#join();
    const size = head.readUInt32BE(0) + LENGTH_BYTES;
    if (size < FRAME_HEADER_BYTES || size > FRAME_BYTES_MAX) throw new Error("a frame has an illegal length");
    return size;
  }

  #take(size: number): Buffer {
    const all = this.#join();
    this.#chunks = all.length > size ? [all.subarray(size)] : [];
    this.#length -= size;
    return all.subarray(0, size);
  }

  #join(): Buffer {
    const all = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

function decode(bytes: Buffer): Frame {
  const metaEnd = FRAME_HEADER_BYTES + bytes.readUInt32BE(5);
  if (metaEnd > bytes.length) throw new Error("a frame's lengths contradict one another");
  const text = bytes.toString("utf8", FRAME_HEADER_BYTES, metaEnd);
  const meta: unknown = text === "" ? {} : JSON.parse(text);
  return { kind: bytes.readUInt8(4), meta, body: bytes.subarray(metaEnd) };
}
