"""Serves frames over a Unix socket: threads read, the main thread predicts, one request after another.

Every request is answered exactly once. A request that is cancelled before it has begun is answered at once with status
499, so that the gateway always knows what the model is busy with."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections import deque
from typing import Any, Callable, NamedTuple

from slipway_worker import frames
from slipway_worker.caller import Caller, answering
from slipway_worker.scoring import Answer

Score = Callable[[bytes, str, str], Answer]
CANCELLED_STATUS = 499


class Request(NamedTuple):
    """One request of a frame."""

    meta: dict[str, Any]
    body: bytes


class Server:
    """Listens from the moment it is made; `serve` answers until SIGTERM."""

    def __init__(self, path: str, score: Score) -> None:
        self._score = score
        self._waiting: deque[tuple[Connection, Request]] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.path.exists(path):
            os.unlink(path)
        before = os.umask(0o177)
        try:
            self._listener.bind(path)
        finally:
            os.umask(before)
        self._listener.listen(16)

    def serve(self) -> None:
        """Predicts on the calling thread until SIGTERM or SIGINT; the request being answered is finished first."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        threading.Thread(target=self._accept, name="slipway-accept", daemon=True).start()
        while True:
            taken = self._next()
            if taken is None:
                return
            connection, request = taken
            meta = request.meta
            caller = Caller(client=meta.get("client"), request_id=meta.get("requestId", "-"))
            with answering(caller):
                answer = self._score(request.body, meta.get("contentType", ""), caller.request_id)
            connection.answer(meta["id"], answer)

    def enqueue(self, connection: Connection, frame: frames.Frame) -> None:
        """Appends the requests of a frame to the queue."""
        with self._changed:
            start = 0
            for meta in frame.meta["requests"]:
                end = start + meta["bytes"]
                self._waiting.append((connection, Request(meta, frame.body[start:end])))
                start = end
            self._changed.notify()

    def cancel(self, connection: Connection, request_id: int) -> bool:
        """Drops a request that has not begun; False when it has begun or is answered."""
        with self._changed:
            for entry in self._waiting:
                if entry[0] is connection and entry[1].meta["id"] == request_id:
                    self._waiting.remove(entry)
                    return True
        return False

    def forget(self, connection: Connection) -> None:
        """Drops what a closed connection still waits for."""
        with self._changed:
            self._waiting = deque(entry for entry in self._waiting if entry[0] is not connection)

    def _next(self) -> tuple[Connection, Request] | None:
        with self._changed:
            while not self._waiting:
                if self._stopping:
                    return None
                # A bounded wait lets Python deliver signals to this thread.
                self._changed.wait(0.5)
            return None if self._stopping else self._waiting.popleft()

    def _stop(self, _signal: int, _frame: Any) -> None:
        self._stopping = True

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(accepted, self)
            threading.Thread(target=connection.read, name="slipway-read", daemon=True).start()


class Connection:
    """One gateway connection."""

    def __init__(self, connected: socket.socket, server: Server) -> None:
        self._socket = connected
        self._server = server
        self._writing = threading.Lock()

    def read(self) -> None:
        """Reads frames until the other side closes."""
        try:
            while True:
                frame = frames.read(self._socket)
                if frame is None:
                    break
                if frame.kind == frames.REQUESTS:
                    self._server.enqueue(self, frame)
                elif frame.kind == frames.CANCEL:
                    for request_id in frame.meta["ids"]:
                        if self._server.cancel(self, request_id):
                            self.answer(request_id, Answer(CANCELLED_STATUS, "", b""))
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"slipway: the gateway's connection broke: {error}", file=sys.stderr)
        finally:
            self._server.forget(self)
            self._socket.close()

    def answer(self, request_id: int, answer: Answer) -> None:
        """Sends an answer; a gateway that has gone needs none."""
        meta: dict[str, Any] = {"id": request_id, "status": answer.status, "contentType": answer.content_type}
        meta["bytes"] = len(answer.body)
        if answer.code is not None:
            meta["code"] = answer.code
        if answer.detail is not None:
            meta["detail"] = answer.detail
        payload = frames.encode(frames.Frame(frames.ANSWERS, {"answers": [meta], "rows": None}, answer.body))
        try:
            with self._writing:
                self._socket.sendall(payload)
        except OSError as error:
            print(f"slipway: an answer was not taken: {error}", file=sys.stderr)
