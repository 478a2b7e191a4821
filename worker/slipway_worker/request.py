"""One request of a `requests` frame."""

from __future__ import annotations

from typing import Any

from slipway_worker.caller import Caller

INVOCATIONS = "invocations"
V2_INFER = "v2/infer"
SELDON_PREDICTIONS = "seldon/predictions"
BATCH_CHECK = "batch-check"
_PATHS = frozenset((INVOCATIONS, V2_INFER, SELDON_PREDICTIONS, BATCH_CHECK))


class Request:
    """What the gateway told of it (contracts/src/frame.ts, RequestMeta), and its body."""

    __slots__ = ("body", "caller", "content_type", "id", "json_bytes", "path", "source")

    def __init__(self, meta: dict[str, Any], body: bytes | memoryview, source: Any = None) -> None:
        """`source`: the connection that it came from. Raises KeyError or ValueError when the meta is not one of a request."""
        self.id: int = meta["id"]
        self.path: str = meta["path"]
        if self.path not in _PATHS:
            raise ValueError(f"no request has the path {self.path!r}")
        self.content_type: str = meta["contentType"]
        self.caller = Caller(meta["client"], meta["requestId"])
        self.json_bytes: int | None = meta.get("jsonBytes")
        self.body = body
        self.source = source
