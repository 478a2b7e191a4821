"""A worker as its gateway meets it: a process, a socket, frames."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from slipway_worker import answers, frames
from slipway_worker.frames import Frame
from slipway_worker.predictor import Begin
from slipway_worker.request import Request
from slipway_worker.serving import Serving, Settings, serve_model

WORKER = Path(__file__).resolve().parent.parent
JSON = "application/json"
AUTO = Settings()


class Asked(NamedTuple):
    """One request, without its id."""

    body: bytes
    path: str = "invocations"
    content_type: str = JSON
    client: str | None = None
    json_bytes: int | None = None


class Given(NamedTuple):
    """One answer; `together`: of how many its frame was, with `rows` rows."""

    meta: dict[str, Any]
    body: bytes
    together: int
    rows: int | None
    batching: dict[str, str] | None

    @property
    def status(self) -> int:
        """Its HTTP status."""
        status: int = self.meta["status"]
        return status

    def json(self) -> Any:
        """Its parsed body."""
        return json.loads(self.body)


def encode(kind: int, meta: Any, bodies: list[bytes]) -> bytes:
    """A frame as the gateway sends it."""
    return frames.encode(kind, json.dumps(meta).encode(), bodies)


def requests_frame(asked: list[Asked], first_id: int = 0) -> bytes:
    """The requests as one frame, numbered from `first_id`."""
    metas = []
    for number, one in enumerate(asked, first_id):
        meta = {"id": number, "path": one.path, "contentType": one.content_type, "requestId": f"r{number}"}
        meta |= {"client": one.client, "bytes": len(one.body)}
        metas.append(meta if one.json_bytes is None else {**meta, "jsonBytes": one.json_bytes})
    return encode(frames.REQUESTS, {"requests": metas}, [one.body for one in asked])


def answers_of(frame: Frame) -> dict[int, Given]:
    """The answers of a frame by their ids."""
    found: dict[int, Given] = {}
    start = 0
    metas = frame.meta["answers"]
    for meta in metas:
        body = bytes(frame.body[start : start + meta["bytes"]])
        found[meta["id"]] = Given(meta, body, len(metas), frame.meta["rows"], frame.meta.get("batching"))
        start += meta["bytes"]
    return found


class Gateway:
    """A connection to a worker."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self._reader = frames.Reader()
        self._frames: list[Frame] = []

    def close(self) -> None:
        """Goes away."""
        self.socket.close()

    def send(self, asked: list[Asked], first_id: int = 0) -> None:
        """Sends the requests as one frame."""
        self.socket.sendall(requests_frame(asked, first_id))

    def cancel(self, ids: list[int]) -> None:
        """Takes requests back."""
        self.socket.sendall(encode(frames.CANCEL, {"ids": ids}, []))

    def frame(self) -> Frame:
        """The next frame."""
        while not self._frames:
            received = self._reader.receive(self.socket.recv_into)
            assert received is not None, "the worker has closed"
            self._frames = received
        return self._frames.pop(0)

    def answers(self, count: int) -> dict[int, Given]:
        """So many answers, by their ids, in the order in which they came."""
        found: dict[int, Given] = {}
        while len(found) < count:
            more = answers_of(self.frame())
            assert not found.keys() & more.keys(), "a request was answered twice"
            found |= more
        return found

    def ask(self, asked: list[Asked]) -> list[Given]:
        """Sends the requests as one frame; gives their answers in the same order."""
        self.send(asked)
        found = self.answers(len(asked))
        return [found[number] for number in range(len(asked))]


class Local:
    """What a worker does with a frame, without its process."""

    def __init__(self, model: Any, settings: Settings = AUTO) -> None:
        self.serving = serve_model(model, settings)
        self._slow = serve_model(model, Settings(batching="off"))
        self._slow.predictor._model.proofs.distrust()

    def ask(self, asked: list[Asked], begin: Begin = lambda requests: requests) -> list[Given]:
        """The answers to one frame."""
        return self._ask(self.serving, asked, begin)

    def ask_mlflow(self, asked: Asked) -> Given:
        """The answer of MLflow's own code."""
        return self._ask(self._slow, [asked], lambda requests: requests)[0]

    def check(self, body: bytes) -> dict[str, str]:
        """What a batch check of a body finds."""
        batching = self.ask([Asked(body, "batch-check")])[0].batching
        assert batching is not None
        return batching

    def _ask(self, serving: Serving, asked: list[Asked], begin: Begin) -> list[Given]:
        frame = _decoded(requests_frame(asked))
        starts = list(itertools.accumulate((len(one.body) for one in asked), initial=0))
        metas = frame.meta["requests"]
        requests = [Request(meta, frame.body[start : start + meta["bytes"]]) for meta, start in zip(metas, starts)]
        found: dict[int, Given] = {}
        for given in serving.predictor.answer(requests, begin):
            bodies = [answer.body for answer in given.answers]
            more = answers_of(_decoded(frames.encode(frames.ANSWERS, answers.encode_meta(given), bodies)))
            assert not found.keys() & more.keys(), "a request was answered twice"
            found |= more
        return [found[number] for number in range(len(asked)) if number in found]


def _decoded(payload: bytes) -> Frame:
    left = memoryview(payload)

    def receive_into(buffer: memoryview) -> int:
        nonlocal left
        count = min(len(buffer), len(left))
        buffer[:count] = left[:count]
        left = left[count:]
        return count

    reader = frames.Reader()
    while True:
        received = reader.receive(receive_into)
        assert received is not None
        if received:
            return received[0]


class Running:
    """A worker process with its event pipe."""

    def __init__(self, model: Path, path: Path, options: tuple[str, ...] = (), python_path: str = "") -> None:
        self.path = path
        reading, writing = os.pipe()
        # A file, because nobody drains a pipe while the worker writes.
        self.log = path.with_suffix(".log")
        # bash puts the pipe on descriptor 3, as the data plane does.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec 3>&{writing}; exec "$@"', "-", sys.executable, "-m", "slipway_worker"]
            + ["--model", str(model), "--socket", str(path), *options],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{WORKER}:{python_path}", "HOME": str(path.parent)}
            | {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")},
            stdin=subprocess.PIPE,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
            cwd=path.parent,
        )
        os.close(writing)
        self.events = os.fdopen(reading)

    def until_started(self) -> dict[str, Any]:
        """The `ready` or `failed` event."""
        for line in self.events:
            event: dict[str, Any] = json.loads(line)
            if event["event"] != "loading":
                return event
        raise AssertionError("the worker ended without an event: " + self.log.read_text())

    @contextlib.contextmanager
    def connect(self) -> Iterator[Gateway]:
        """A connection as a gateway has it."""
        gateway = Gateway(self.path)
        try:
            yield gateway
        finally:
            gateway.close()

    def end(self) -> None:
        """Kills it."""
        self.process.kill()
        self.process.wait()
