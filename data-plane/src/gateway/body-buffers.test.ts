import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { BodyBuffers, ComingBody } from "./body-buffers.ts";

const MEGABYTE = 1024 ** 2;

/** A body that comes in pieces of so many bytes. */
function read(buffers: BodyBuffers, content: Buffer, pieceBytes: number): Buffer {
  const body = new ComingBody(buffers);
  for (let start = 0; start < content.length; start += pieceBytes) {
    body.push(content.subarray(start, start + pieceBytes));
  }
  return body.take();
}

test("a body is whole, in however many pieces it comes, in buffers that had others", () => {
  const buffers = new BodyBuffers();
  for (const size of [0, 1, 1000, 128 * 1024, 128 * 1024 + 1, 700_001, 5 * MEGABYTE]) {
    for (const pieceBytes of [777, 64 * 1024, 6 * MEGABYTE]) {
      const content = randomBytes(size);
      const body = read(buffers, content, pieceBytes);
      expect(body.equals(content)).toBe(true);
      buffers.giveBack(body);
    }
  }
});

test("only what was given back is used again, and once", () => {
  const buffers = new BodyBuffers();
  const content = randomBytes(300_000);
  const [first, second] = [read(buffers, content, 65_536), read(buffers, content, 65_536)];
  expect(first.buffer).not.toBe(second.buffer);
  buffers.giveBack(first);
  buffers.giveBack(first);
  const third = read(buffers, randomBytes(300_000), 65_536);
  expect(third.buffer).toBe(first.buffer);
  const fourth = read(buffers, content, 65_536);
  expect([first.buffer, second.buffer]).not.toContain(fourth.buffer);
  expect(second.equals(content)).toBe(true);
});

test("what was never lent is not taken: neither one piece nor a part of something else", () => {
  const buffers = new BodyBuffers();
  const piece = randomBytes(200_000);
  const body = read(buffers, piece, 200_000);
  expect(body.buffer).toBe(piece.buffer);
  buffers.giveBack(body);
  expect(buffers.lend(200_000).buffer).not.toBe(piece.buffer);
});

test("no more is kept than a little", () => {
  const buffers = new BodyBuffers();
  const lent = Array.from({ length: 40 }, () => buffers.lend(MEGABYTE));
  for (const buffer of lent) buffers.giveBack(buffer);
  const again = Array.from({ length: 40 }, () => buffers.lend(MEGABYTE).buffer);
  expect(lent.filter(({ buffer }) => again.includes(buffer))).toHaveLength(32);
  const large = buffers.lend(8 * MEGABYTE);
  buffers.giveBack(large);
  expect(buffers.lend(8 * MEGABYTE).buffer).not.toBe(large.buffer);
});
