"""The worker as a process: it speaks frames, cancels, stops when told and never outlives its parent."""

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

from slipway_worker import frames

WORKER = Path(__file__).resolve().parent.parent


class Running:
    """A worker process with its event pipe."""

    def __init__(self, model: Path, path: Path) -> None:
        self.path = path
        reading, writing = os.pipe()
        # A file, because nobody drains a pipe while the worker writes.
        self.log = path.with_suffix(".log")
        # bash puts the pipe on descriptor 3, as the data plane does.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec 3>&{writing}; exec "$@"', "-", sys.executable, "-m", "slipway_worker"]
            + ["--model", str(model), "--socket", str(path)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(WORKER), "HOME": str(path.parent)},
            stdin=subprocess.PIPE,
            stderr=self.log.open("wb"),
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
        raise AssertionError("the worker ended without an event")

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(60)
        connection.connect(str(self.path))
        return connection


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[Running] = []

    def make(model: Path) -> Running:
        running = Running(model, tmp_path / f"{len(started)}.sock")
        started.append(running)
        return running

    yield make
    for running in started:
        running.process.kill()
        running.process.wait()


def request(connection: socket.socket, number: int, body: Any, client: str | None = None) -> None:
    meta = {"path": "invocations", "contentType": "application/json", "requestId": f"r{number}", "client": client}
    content = json.dumps(body).encode()
    requests = [{**meta, "id": number, "bytes": len(content)}]
    connection.sendall(frames.encode(frames.Frame(frames.REQUESTS, {"requests": requests}, content)))


def test_ready_tells_what_it_serves_and_every_request_is_answered(models: Path, start: Any) -> None:
    running = start(models / "iris")
    ready = running.until_started()
    assert ready["event"] == "ready" and "sklearn" in ready["flavors"] and ready["smokeTest"]["from"] == "input example"
    with running.connect() as connection:
        for number in range(20):
            request(connection, number, json.loads(ready["smokeTest"]["body"]))
        answers: list[frames.Frame | None] = [frames.read(connection) for _ in range(20)]
    assert sorted(one["id"] for answer in answers if answer for one in answer.meta["answers"]) == list(range(20))
    assert all(answer and answer.meta["answers"][0]["status"] == 200 for answer in answers)


def test_a_request_that_has_not_begun_can_be_cancelled(models: Path, start: Any) -> None:
    running = start(models / "sleeps")
    assert running.until_started()["event"] == "ready"
    with running.connect() as connection:
        for number, seconds in enumerate([2.0, 0.0, 0.0]):
            request(connection, number, {"dataframe_split": {"columns": ["x"], "data": [[seconds]]}})
        connection.sendall(frames.encode(frames.Frame(frames.CANCEL, {"ids": [1]}, b"")))
        answers = [frames.read(connection) for _ in range(3)]
    # The cancelled one is answered at once, while the model is still at the first.
    assert [(one["id"], one["status"]) for answer in answers if answer for one in answer.meta["answers"]] == [
        (1, 499),
        (0, 200),
        (2, 200),
    ]


def test_the_model_learns_of_each_request_who_sent_it_from_the_gateway_alone(models: Path, start: Any) -> None:
    running = start(models / "tells-caller")
    assert running.until_started()["event"] == "ready"
    sent = [("ada", 1.0), ("batch", -1.0), (None, 1.0), ("ada", 1.0)]
    with running.connect() as connection:
        for number, (client, x) in enumerate(sent):
            # What a caller writes into its body is no identity.
            body = {"dataframe_records": [{"x": x, "X-Forwarded-User": "mallory", "client": "mallory"}]}
            request(connection, number, body, client)
        answers = [frames.read(connection) for _ in sent]
    bodies = [answer.body for answer in answers if answer]
    told = [json.loads(json.loads(body)["predictions"][0]) if body else None for body in bodies]
    identity = {"X-Forwarded-User": "ada"}
    assert told == [["ada", "r0", identity], None, [None, "r2", {}], ["ada", "r3", identity]]
    assert (
        answers[1] and answers[1].meta["answers"][0]["detail"] == "The model raised ValueError: batch sent a negative x"
    )


def test_a_model_that_cannot_be_loaded_gives_the_python_error_line(models: Path, start: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    text = (models / "iris" / "MLmodel").read_text().replace("mlflow.sklearn", "mlflow_not_there")
    (broken / "MLmodel").write_text(text)
    running = start(broken)
    event = running.until_started()
    assert event == {"event": "failed", "error": "ModuleNotFoundError: No module named 'mlflow_not_there'"}
    assert running.process.wait(30) == 1
    assert b"Traceback" in running.log.read_bytes()


def test_sigterm_ends_it_in_order(models: Path, start: Any) -> None:
    running = start(models / "iris")
    running.until_started()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0


def test_it_ends_when_its_input_ends(models: Path, start: Any) -> None:
    running = start(models / "iris")
    running.until_started()
    running.process.stdin.close()
    assert running.process.wait(30) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_it_dies_with_its_parent(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "orphan.sock"
    script = (
        "import subprocess, sys, time;"
        f"p = subprocess.Popen([sys.executable, '-m', 'slipway_worker', '--model', {str(models / 'iris')!r},"
        f" '--socket', {str(path)!r}], stdin=subprocess.PIPE);"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(WORKER), "HOME": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    deadline = time.monotonic() + 120
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    parent.kill()
    parent.wait()
    while Path(f"/proc/{worker}/stat").exists() and _state(worker) != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}/stat").exists() or _state(worker) == "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"
