"""Serves frames over a Unix socket on one thread: reads, predicts, answers, and looks between two calls of the model what has come.

Every request is answered exactly once. A request that is cancelled before it has begun is answered with status 499, so that
the gateway always knows what the model is busy with."""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from collections import deque
from collections.abc import Iterable
from typing import Any, Callable

from slipway_worker import answers, frames
from slipway_worker.answers import Answers
from slipway_worker.predictor import Begin
from slipway_worker.request import Request

#: Answers the requests of a frame, in pieces.
Answer = Callable[[list[Request], Begin], Iterable[Answers]]
#: A gateway that takes no answers for so long is given up.
SEND_SECONDS_MAX = 60


class Server:
    """Listens from the moment it is made; `serve` answers until SIGTERM."""

    def __init__(self, path: str) -> None:
        self._waiting: deque[tuple[Connection, list[Request]]] = deque()
        self._selector = selectors.DefaultSelector()
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
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._wake_on_signals()

    def serve(self, answer: Answer) -> None:
        """Predicts until SIGTERM or SIGINT; the call of the model that is going on is finished first."""
        # What has been loaded stays: without it no collection has to look at MLflow's hundreds of thousands of objects.
        gc.freeze()
        while not self._stopping:
            if not self._waiting:
                self._look(None)
                continue
            connection, requests = self._waiting.popleft()
            for answered in answer(requests, self._begin):
                connection.send(answered)
                if self._stopping:
                    return

    def _wake_on_signals(self) -> None:
        waking, woken = socket.socketpair()
        for end in (waking, woken):
            end.setblocking(False)
        self._woken = woken
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._selector.register(waking, selectors.EVENT_READ, lambda: waking.recv(4096))

    def _look(self, timeout: float | None) -> None:
        """Takes what has come; without a timeout, waits for something."""
        for key, _ in self._selector.select(timeout):
            key.data()

    def _begin(self, requests: list[Request]) -> list[Request]:
        """Marks requests as begun, after a look at what has come; gives those that have not been taken back."""
        self._look(0)
        return [request for request in requests if request.source.begin(request.id)]

    def _stop(self, _signal: int, _frame: Any) -> None:
        self._stopping = True

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except OSError:
            return  # it has gone again
        accepted.setblocking(False)
        connection = Connection(accepted)
        self._selector.register(accepted, selectors.EVENT_READ, lambda: self._receive(connection))

    def _receive(self, connection: Connection) -> None:
        try:
            received = connection.receive()
            if received is not None:
                self._waiting.extend((connection, requests) for requests in received)
                return
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"slipway: the gateway's connection broke: {error!r}", file=sys.stderr)
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        """Drops a connection and what it still waits for."""
        self._selector.unregister(connection.socket)
        connection.close()
        self._waiting = deque(entry for entry in self._waiting if entry[0] is not connection)


class Connection:
    """One gateway connection, and its requests that have not begun."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._reader = frames.Reader()
        self._unbegun: set[int] = set()
        self._is_open = True

    def receive(self) -> list[list[Request]] | None:
        """The requests of the frames that are complete now, frame by frame; None when the gateway has gone.

        Raises:
            OSError, ValueError, KeyError, TypeError: when it has broken, or sends what are no frames.
        """
        try:
            received = self._reader.receive(self.socket.recv_into)
        except BlockingIOError:
            return []
        if received is None:
            return None
        requests = []
        for frame in received:
            if frame.kind == frames.REQUESTS:
                requests.append(self._take(frame))
            elif frame.kind == frames.CANCEL:
                self._cancel(frame.meta["ids"])
        return requests

    def begin(self, request_id: int) -> bool:
        """Marks a request as begun; False when it has been taken back."""
        if request_id not in self._unbegun:
            return False
        self._unbegun.remove(request_id)
        return True

    def send(self, given: Answers) -> None:
        """Sends answers; a gateway that has gone needs none."""
        if not self._is_open:
            return
        bodies = [answer.body for answer in given.answers]
        left = memoryview(frames.encode(frames.ANSWERS, answers.encode_meta(given), bodies))
        try:
            while left:
                try:
                    left = left[self.socket.send(left) :]
                except BlockingIOError:
                    self._wait_until_writable()
        except OSError as error:
            print(f"slipway: an answer was not taken: {error!r}", file=sys.stderr)
            self._is_open = False
            with contextlib.suppress(OSError):
                # The other side learns of it at once, and the loop with its next look.
                self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Forgets what has not begun."""
        self._is_open = False
        self._unbegun.clear()
        self.socket.close()

    def _wait_until_writable(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_WRITE)
            if not selector.select(SEND_SECONDS_MAX):
                raise TimeoutError(f"no answer was taken for {SEND_SECONDS_MAX} s")

    def _take(self, frame: frames.Frame) -> list[Request]:
        requests = []
        start = 0
        for meta in frame.meta["requests"]:
            end = start + meta["bytes"]
            requests.append(Request(meta, frame.body[start:end], self))
            start = end
        if start > len(frame.body):
            raise ValueError("a request is longer than its frame")
        self._unbegun.update(request.id for request in requests)
        return requests

    def _cancel(self, ids: list[int]) -> None:
        for request_id in ids:
            if self.begin(request_id):
                self.send(Answers([request_id], [answers.CANCELLED]))
