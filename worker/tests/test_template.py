"""The template as a process: it forks replicas that answer, and nothing of it or of another replica is left in them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fork_soak
import pytest
from kit import WORKER
from template_kit import MLFLOW, Forked, Running, asked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="templates are for Linux")


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
    names = listed_after_first_answer(first, template.folder / "imports.txt")
    # What the template has already is not told again.
    assert "sklearn.linear_model._logistic" in names and "mlflow.pyfunc" not in names
    learned = template.imports(*names)
    assert learned["threads"] == {} and learned["modules"] > 0
    second = template.fork(models / "iris", "--imports", str(template.folder / "more.txt"))
    assert listed_after_first_answer(second, template.folder / "more.txt") == []


def listed_after_first_answer(replica: Forked, path: Path) -> list[str]:
    """The names that a replica writes down once it has answered."""
    ready = replica.until_started()
    assert not path.exists()
    replica.predict(ready["smokeTest"]["body"].encode())
    return path.read_text().split()


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


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fork_computes_on_as_many_threads_as_its_template_was_given(start: Any, tmp_path: Path, threads: int) -> None:
    model, body, expected = fork_soak.save("boosted_forest", tmp_path)
    template = start(threads)
    template.imports(*MLFLOW, "sklearn.ensemble")
    replica = template.fork(model)
    assert replica.until_started()["event"] == "ready"
    assert replica.predict(body) == expected
    # The main one, the one that watches its input, and those that OpenMP has added.
    assert len(os.listdir(f"/proc/{replica.pid}/task")) == 2 + threads - 1


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
