"""The template as a process: it forks replicas that answer, and nothing of it or of another replica is left in them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit import WORKER, Asked, Gateway

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="templates are for Linux")

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


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[Running] = []

    def make(threads: int = 1) -> Running:
        folder = tmp_path / f"t{len(started)}"
        folder.mkdir()
        running = Running(folder, threads)
        started.append(running)
        return running

    yield make
    for running in started:
        running.process.kill()
        running.process.wait()
        running.control.close()


def test_a_fork_answers_as_a_worker_of_its_own_and_its_end_is_told(models: Path, start: Any) -> None:
    template = start()
    imported = template.imports(*MLFLOW, "mlflow.sklearn", "not_there_at_all")
    assert imported["event"] == "imported" and imported["threads"] == {}
    assert imported["failed"] == {"not_there_at_all": "ModuleNotFoundError: No module named 'not_there_at_all'"}
    replica = template.fork(models / "iris")
    ready = replica.until_started()
    assert ready["event"] == "ready" and ready["smokeTest"]["from"] == "input example"
    assert len(replica.predict(ready["smokeTest"]["body"].encode())) == 2
    os.kill(replica.pid, signal.SIGTERM)
    assert template.next() == {"event": "exited", "pid": replica.pid, "code": 0, "signal": None}
    killed = template.fork(models / "iris")
    assert killed.until_started()["event"] == "ready"
    os.kill(killed.pid, signal.SIGKILL)
    assert template.next() == {"event": "exited", "pid": killed.pid, "code": None, "signal": "SIGKILL"}


def test_what_a_replica_has_imported_is_imported_once_for_those_that_come(models: Path, start: Any) -> None:
    template = start()
    template.imports(*MLFLOW)
    first = template.fork(models / "iris", "--imports", str(template.folder / "imports.txt"))
    assert first.until_started()["event"] == "ready"
    names = (template.folder / "imports.txt").read_text().split("\n")
    # What the template has already is not told again.
    assert "sklearn.linear_model._logistic" in names and "mlflow.pyfunc" not in names
    learned = template.imports(*names)
    assert learned["threads"] == {} and learned["modules"] > 0
    second = template.fork(models / "iris", "--imports", str(template.folder / "more.txt"))
    assert second.until_started()["event"] == "ready"
    assert (template.folder / "more.txt").read_text() == ""


def test_nothing_outside_the_environment_is_imported(start: Any) -> None:
    template = start()
    # A model may write to its own folder, which is where the template was started.
    (template.folder / "planted.py").write_text("open('planted.txt', 'w').close()")
    assert list(template.imports("planted")["failed"]) == ["planted"]
    assert not (template.folder / "planted.txt").exists()


def test_a_replica_has_its_own_folder_streams_numbers_and_name(models: Path, start: Any) -> None:
    template = start()
    template.imports(*MLFLOW)
    forks = [template.fork(models / "tells-surroundings", "--name", f"d{number}") for number in range(2)]
    told = []
    for replica in forks:
        assert replica.until_started()["event"] == "ready"
        told.append(json.loads(replica.predict({"dataframe_split": {"columns": ["x"], "data": [[1.0]]}})[0]))
    for replica, surroundings in zip(forks, told):
        folder = str(replica.folder)
        assert [surroundings[name] for name in ("cwd", "home", "temporary")] == [folder] * 3
        # Its own four streams, what it listens on, our connection, two to be woken by and the selector; nothing of the template.
        assert [surroundings[name] for name in ("sockets", "descriptors")] == [8, 9]
        assert surroundings["main"] == "slipway_worker.__main__"
        assert surroundings["collects"] is True and surroundings["sigchld"] == 0
    for name in ("random", "numpy"):
        assert told[0][name] != told[1][name]
    titles = [Path(f"/proc/{replica.pid}/cmdline").read_text().rstrip("\0").split("\0") for replica in forks]
    assert [title[1:3] + title[-2:] for title in titles] == [
        ["-m", "slipway_worker", "--name", f"d{number}"] for number in range(2)
    ]
    title = Path(f"/proc/{template.process.pid}/cmdline").read_text().rstrip("\0").split("\0")
    assert title[1:] == ["-m", "slipway_worker.template"]
    for replica in forks:
        os.kill(replica.pid, signal.SIGTERM)
        assert replica.output(1) == f"a model in {replica.folder}\n"
    assert (template.folder / "template.log").read_text() == ""


def test_replicas_outlive_the_template_and_end_with_the_data_plane(models: Path, start: Any) -> None:
    template = start()
    template.imports(*MLFLOW)
    replica = template.fork(models / "hogs-interpreter")
    assert replica.until_started()["event"] == "ready"
    template.process.kill()
    template.process.wait()
    body = {"dataframe_split": {"columns": ["x"], "data": [[0.0]]}}
    assert replica.predict(body) == [0.0]
    # Native code that never lets go of the interpreter: no thread of Python's would notice that the input has ended.
    gateway = replica.connect()
    gateway.send([asked({"dataframe_split": {"columns": ["x"], "data": [[1.0]]}})])
    replica.streams[1].recv(1)
    replica.streams[0].close()
    deadline = time.monotonic() + 30
    while alive(replica.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    gateway.close()
    assert not alive(replica.pid)


def test_threads_that_a_fork_would_lose_are_told_and_nothing_is_forked(start: Any) -> None:
    template = start(threads=2)
    # OpenBLAS has threads here, and ends them itself when a fork begins.
    assert template.imports(*MLFLOW, "numpy", "sklearn.linear_model")["threads"] == {}
    package = WORKER / "slipway_worker" / "starts_a_thread_in_tests.py"
    package.write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    )
    try:
        told = template.imports("slipway_worker.starts_a_thread_in_tests")
    finally:
        package.unlink()
    assert list(told["threads"]) == ["slipway_worker.starts_a_thread_in_tests"]


def test_it_ends_when_the_data_plane_goes(start: Any) -> None:
    template = start()
    template.imports()
    template.control.shutdown(socket.SHUT_RDWR)
    assert template.process.wait(30) == 0


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has asked for its code does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
