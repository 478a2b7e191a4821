"""A template as the data plane meets it: a process, a control connection, and the streams of what it forks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from kit import WORKER, Asked, Gateway

ROOM = "--room=" + "." * 1000
MLFLOW = ["mlflow.pyfunc", "mlflow.pyfunc.scoring_server"]


class Forked:
    """A replica that was forked, with the data plane's ends of its streams."""

    def __init__(self, pid: int, folder: Path, streams: dict[int, socket.socket]) -> None:
        self.pid = pid
        self.folder = folder
        self.streams = streams

    def until_started(self) -> dict[str, Any]:
        """The `ready` or `failed` event."""
        for line in self.streams[3].makefile():
            event: dict[str, Any] = json.loads(line)
            if event["event"] != "loading":
                return event
        raise AssertionError("the replica ended without an event")

    def output(self, stream: int) -> str:
        """All that it prints, until it ends."""
        return self.streams[stream].makefile().read()

    def close(self) -> None:
        """Lets its streams go."""
        for stream in self.streams.values():
            stream.close()

    def connect(self) -> Gateway:
        """A connection to ask over."""
        return Gateway(self.folder / "s")

    def predict(self, body: Any) -> Any:
        """What the model answers."""
        gateway = self.connect()
        [given] = gateway.ask([asked(body)])
        gateway.close()
        assert given.status == 200, given
        return given.json()["predictions"]


def asked(body: Any) -> Asked:
    """A request with a body."""
    return Asked(body if isinstance(body, bytes) else json.dumps(body).encode())


class Running:
    """A template process and the data plane's end of its control connection."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.folder = folder
        self.control, theirs = socket.socketpair()
        self.control.settimeout(120)
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(WORKER), "HOME": str(folder)}
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            environment[name] = str(threads)
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec 3>&{theirs.fileno()} {theirs.fileno()}>&- 2>template.log; exec "$@"', "-"]
            + [sys.executable, "-m", "slipway_worker.template", ROOM],
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            cwd=folder,
        )
        theirs.close()
        self.events = self.control.makefile()
        self.forks = 0

    def ask(self, **order: Any) -> None:
        self.control.sendall((json.dumps(order) + "\n").encode())

    def next(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.events.readline())
        return event

    def imports(self, *modules: str) -> dict[str, Any]:
        self.ask(do="import", modules=list(modules))
        return self.next()

    def fork(self, model: Path, *more: str) -> Forked:
        """Forks a replica and accepts its streams."""
        folder = self.folder / f"replica-{self.forks}"
        self.forks += 1
        folder.mkdir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(folder / "streams"))
            listener.listen()
            listener.settimeout(30)
            arguments = ["--model", str(model), "--socket", str(folder / "s"), *more]
            home = {"HOME": str(folder), "TMPDIR": str(folder)}
            self.ask(
                do="fork",
                id=folder.name,
                arguments=arguments,
                folder=str(folder),
                streams=str(folder / "streams"),
                environment=home,
            )
            event = self.next()
            assert event["event"] == "forked", event
            streams = {}
            for _ in range(4):
                connection, _ = listener.accept()
                connection.settimeout(60)
                streams[int(connection.recv(1))] = connection
        return Forked(event["pid"], folder, streams)
