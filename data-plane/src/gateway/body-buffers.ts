/**
 * Memory for bodies that come in pieces, used again. Left to the garbage collector, large bodies that wait for their answers
 * count as old garbage, for which V8 stops everybody several times a second.
 *
 * A buffer is given back by whoever knows that nobody reads it any more, least of all a socket that still writes: it would
 * send the next body in its place. Who does not know leaves it to the garbage collector.
 */

/** A body below this is mostly one piece. */
const SIZE_MIN = 128 * 1024;
/** Larger ones are not kept. */
const KEPT_SIZE_MAX = 4 * 1024 ** 2;
/** So much is kept for the next bodies. */
const KEPT_BYTES_MAX = 32 * 1024 ** 2;

export class BodyBuffers {
  readonly #kept = new Map<number, Buffer[]>();
  #keptBytes = 0;
  /** The memory of what was lent and not given back. */
  readonly #lent = new WeakMap<ArrayBufferLike, Buffer>();

  /** A buffer of at least that size, a power of two. What it holds is anything. */
  lend(size: number): Buffer {
    const whole = 2 ** Math.ceil(Math.log2(Math.max(size, SIZE_MIN)));
    const kept = this.#kept.get(whole)?.pop();
    if (kept !== undefined) this.#keptBytes -= whole;
    const buffer = kept ?? Buffer.allocUnsafeSlow(whole);
    this.#lent.set(buffer.buffer, buffer);
    return buffer;
  }

  /** Takes back the buffer that a body lies in, if it is one of these. Nobody may use the body from here on. */
  giveBack(body: Buffer): void {
    const buffer = this.#lent.get(body.buffer);
    if (buffer === undefined) return;
    this.#lent.delete(body.buffer);
    const { length } = buffer;
    if (length > KEPT_SIZE_MAX || this.#keptBytes + length > KEPT_BYTES_MAX) return;
    this.#keptBytes += length;
    const same = this.#kept.get(length);
    if (same === undefined) this.#kept.set(length, [buffer]);
    else same.push(buffer);
  }
}

/** A body that comes piece by piece: one piece is taken as it is, several are copied into a lent buffer. */
export class ComingBody {
  readonly #buffers: BodyBuffers;
  #content: Buffer = Buffer.alloc(0);
  #room = 0;
  length = 0;

  constructor(buffers: BodyBuffers) {
    this.#buffers = buffers;
  }

  push(piece: Buffer): void {
    const before = this.length;
    this.length += piece.length;
    if (before === 0) this.#content = piece;
    else {
      if (this.length > this.#room) this.#grow(before);
      piece.copy(this.#content, before);
    }
  }

  /** All of it; nothing may be pushed any more. */
  take(): Buffer {
    return this.#content.subarray(0, this.length);
  }

  #grow(filled: number): void {
    const larger = this.#buffers.lend(this.length);
    this.#content.copy(larger, 0, 0, filled);
    this.#buffers.giveBack(this.#content);
    this.#content = larger;
    this.#room = larger.length;
  }
}
