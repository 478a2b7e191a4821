"""The wire to the gateway: `contracts/src/frame.ts` in Python."""

from __future__ import annotations

import struct
from typing import Any, Callable, NamedTuple

import numpy as np

from slipway_worker import jsons

REQUESTS = 1
ANSWERS = 2
CANCEL = 3

_HEADER = struct.Struct(">IBI")
_LENGTH_BYTES = 4
#: kind + metaLength, which `length` counts too.
_HEAD_BYTES = _HEADER.size - _LENGTH_BYTES
_FRAME_BYTES_MAX = 1 << 30
#: What is read at once; a frame that does not fit gets a buffer of its own.
_CHUNK_BYTES = 1 << 16

#: Reads into a buffer and says how many bytes came: `socket.recv_into`.
ReceiveInto = Callable[[memoryview], int]


class Frame(NamedTuple):
    """One message; `meta` is small JSON, `body` the raw bytes of all its requests or answers."""

    kind: int
    meta: dict[str, Any]
    body: bytes | memoryview


def encode(kind: int, meta: bytes, bodies: list[bytes]) -> bytes:
    """The bytes of a frame whose meta is encoded already."""
    length = _HEAD_BYTES + len(meta) + sum(map(len, bodies))
    return b"".join((_HEADER.pack(length, kind, len(meta)), meta, *bodies))


class Reader:
    """Puts frames together from whatever pieces arrive, without copying the body of a large one.

    Small frames pass through one buffer that is used again and again; a large one is received into a buffer made for it,
    which its frame's body then refers to.
    """

    def __init__(self) -> None:
        self._chunk = bytearray(_CHUNK_BYTES)
        self._filled = 0
        self._large: memoryview | None = None
        self._large_filled = 0

    def receive(self, receive_into: ReceiveInto) -> list[Frame] | None:
        """Reads once and gives the frames that are complete now; None when the other side has closed.

        Raises:
            ValueError: when the bytes are not frames.
        """
        if self._large is not None:
            return self._receive_large(self._large, receive_into)
        count = receive_into(memoryview(self._chunk)[self._filled :])
        if count == 0:
            return None
        self._filled += count
        return self._take_small()

    def _receive_large(self, large: memoryview, receive_into: ReceiveInto) -> list[Frame] | None:
        count = receive_into(large[self._large_filled :])
        if count == 0:
            return None
        self._large_filled += count
        if self._large_filled < len(large):
            return []
        self._large = None
        return [_decode(large)]

    def _take_small(self) -> list[Frame]:
        frames: list[Frame] = []
        start = 0
        while self._filled - start >= _LENGTH_BYTES:
            size = _LENGTH_BYTES + int.from_bytes(self._chunk[start : start + _LENGTH_BYTES], "big")
            if size < _HEADER.size or size > _FRAME_BYTES_MAX:
                raise ValueError("a frame has an illegal length")
            if size > self._filled - start:
                self._make_room(start, size)
                return frames
            # A copy, because the buffer is used again while the frame still waits.
            frames.append(_decode(memoryview(bytes(memoryview(self._chunk)[start : start + size]))))
            start += size
        self._keep(start)
        return frames

    def _make_room(self, start: int, size: int) -> None:
        """Leaves a place for the rest of the frame that begins at `start`."""
        if size <= _CHUNK_BYTES:
            self._keep(start)
            return
        begun = self._filled - start
        # numpy asks for large pages, and does not write zeros first.
        large = np.empty(size, np.uint8).data
        large[:begun] = self._chunk[start : self._filled]
        self._large, self._large_filled, self._filled = large, begun, 0

    def _keep(self, start: int) -> None:
        """Moves what is behind `start` to the front."""
        left = self._filled - start
        if start > 0 and left > 0:
            self._chunk[:left] = self._chunk[start : self._filled]
        self._filled = left


def _decode(payload: memoryview) -> Frame:
    _, kind, meta_length = _HEADER.unpack_from(payload)
    end = _HEADER.size + meta_length
    if end > len(payload):
        raise ValueError("a frame's lengths contradict one another")
    meta = jsons.loads_all(bytes(payload[_HEADER.size : end])) if meta_length else {}
    return Frame(kind, meta, payload[end:])
