import { expect, test } from "vitest";
import { encodeHead, FrameReader } from "./frames.ts";

function aFrame(id: number, body: string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([encodeHead("answers", { answers: [{ id }] }, bytes.length), bytes]);
}

test("frames come out whole however the bytes are cut", () => {
  const stream = Buffer.concat([aFrame(1, "one"), aFrame(4_294_967_295, ""), aFrame(3, "ü".repeat(500))]);
  for (const size of [1, 2, 3, 5, 17, 600, stream.length]) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < stream.length; at += size)
      frames.push(...reader.push(stream.subarray(at, at + size)));
    expect(frames.map(({ kind, meta, body }) => [kind, meta, body.toString()])).toEqual([
      [2, { answers: [{ id: 1 }] }, "one"],
      [2, { answers: [{ id: 4_294_967_295 }] }, ""],
      [2, { answers: [{ id: 3 }] }, "ü".repeat(500)],
    ]);
  }
});

test("bytes that are no frames are refused", () => {
  expect(() => new FrameReader().push(Buffer.alloc(13))).toThrow("illegal length");
  const lying = aFrame(1, "x");
  lying.writeUInt32BE(4_000, 5);
  expect(() => new FrameReader().push(lying)).toThrow("contradict");
});
