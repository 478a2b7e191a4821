"""The wire to the gateway: `contracts/src/frame.ts` in Python."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, NamedTuple

REQUESTS = 1
ANSWERS = 2
CANCEL = 3

_HEADER = struct.Struct(">IBI")
#: kind + metaLength, which `length` counts too.
_HEAD_BYTES = _HEADER.size - 4
_FRAME_BYTES_MAX = 1 << 30


class Frame(NamedTuple):
    """One message; `meta` is small JSON, `body` the raw bytes of all its requests or answers."""

    kind: int
    meta: dict[str, Any]
    body: bytes


def encode(frame: Frame) -> bytes:
    """The bytes of a frame."""
    meta = json.dumps(frame.meta).encode("utf-8")
    length = _HEAD_BYTES + len(meta) + len(frame.body)
    return b"".join((_HEADER.pack(length, frame.kind, len(meta)), meta, frame.body))


def read(connection: socket.socket) -> Frame | None:
    """The next frame, or None when the other side has closed.

    Raises:
        ValueError: when the bytes are not a frame.
    """
    header = _exactly(connection, _HEADER.size)
    if header is None:
        return None
    length, kind, meta_length = _HEADER.unpack(header)
    rest = length - _HEAD_BYTES
    if rest < meta_length or length > _FRAME_BYTES_MAX:
        raise ValueError("a frame's lengths contradict one another")
    payload = _exactly(connection, rest)
    if payload is None:
        return None
    meta = json.loads(payload[:meta_length].decode("utf-8")) if meta_length else {}
    return Frame(kind, meta, payload[meta_length:])


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    payload = bytearray(count)
    view = memoryview(payload)
    filled = 0
    while filled < count:
        received = connection.recv_into(view[filled:])
        if received == 0:
            return None
        filled += received
    return bytes(payload)
