"""The worker as a process: it speaks frames, cancels, stops when told and never outlives its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from kit import JSON, WORKER, Asked, Running, encode, requests_frame

from slipway_worker import frames


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[Running] = []

    def make(model: Path, options: tuple[str, ...] = ()) -> Running:
        running = Running(model, tmp_path / f"{len(started)}.sock", options)
        started.append(running)
        return running

    yield make
    for running in started:
        running.end()


def row(x: float) -> bytes:
    return json.dumps({"dataframe_split": {"columns": ["x"], "data": [[x]]}}).encode()


def test_ready_tells_what_it_serves_and_every_request_is_answered(models: Path, start: Any) -> None:
    running = start(models / "iris")
    ready = running.until_started()
    assert ready["event"] == "ready" and "sklearn" in ready["flavors"] and ready["smokeTest"]["from"] == "input example"
    assert ready["batching"] == {"state": "on", "reason": "The model predicts row by row."}
    with running.connect() as gateway:
        for number in range(20):
            gateway.send([Asked(ready["smokeTest"]["body"].encode())], number)
        answers = gateway.answers(20)
    assert sorted(answers) == list(range(20))
    assert all(answer.status == 200 for answer in answers.values())


def test_requests_of_a_frame_are_predicted_together(models: Path, start: Any) -> None:
    running = start(models / "iris")
    body = running.until_started()["smokeTest"]["body"].encode()
    with running.connect() as gateway:
        gateway.ask([Asked(body)])
        answers = gateway.ask([Asked(body)] * 5)
    assert [(answer.together, answer.rows) for answer in answers] == [(5, 10)] * 5
    assert len({answer.body for answer in answers}) == 1


def test_a_deployment_can_turn_batching_off(models: Path, start: Any) -> None:
    running = start(models / "iris", ("--batching", "off"))
    ready = running.until_started()
    assert ready["batching"]["state"] == "off"
    with running.connect() as gateway:
        answers = gateway.ask([Asked(ready["smokeTest"]["body"].encode())] * 3)
    assert [(answer.status, answer.together) for answer in answers] == [(200, 1)] * 3


def test_tensors_are_answered_under_the_deployments_name(models: Path, start: Any) -> None:
    running = start(models / "tensor", ("--name", "sums", "--version", "3", "--batching", "on"))
    assert running.until_started()["batching"]["state"] == "on"
    numbers = np.arange(12, dtype=np.float32)
    parameters = {"binary_data_size": numbers.nbytes}
    tensor = {"name": "x", "datatype": "FP32", "shape": [2, 2, 3], "parameters": parameters}
    head = json.dumps({"inputs": [tensor], "parameters": {"binary_data_output": True}}).encode()
    asked = Asked(head + numbers.tobytes(), "v2/infer", "application/octet-stream", json_bytes=len(head))
    with running.connect() as gateway:
        gateway.ask([asked])
        answers = gateway.ask([asked] * 3)
    for answer in answers:
        size = answer.meta["jsonBytes"]
        told = json.loads(answer.body[:size])
        assert (told["model_name"], told["model_version"]) == ("sums", "3")
        assert np.frombuffer(answer.body[size:], np.float32).tolist() == [15.0, 51.0]
    assert {(answer.together, answer.rows) for answer in answers} == {(3, 6)}


def test_a_batch_check_tells_the_state_without_a_body(models: Path, start: Any) -> None:
    running = start(models / "iris")
    ready = running.until_started()
    with running.connect() as gateway:
        answer = gateway.ask([Asked(ready["smokeTest"]["body"].encode(), "batch-check")])[0]
    assert (answer.status, answer.body, answer.batching) == (200, b"", ready["batching"])


def test_requests_that_have_not_begun_can_be_cancelled(models: Path, start: Any) -> None:
    running = start(models / "sleeps")
    assert running.until_started()["event"] == "ready"
    with running.connect() as gateway:
        gateway.send([Asked(row(1.0)), Asked(row(0.0)), Asked(row(0.0))])
        gateway.send([Asked(row(0.0))], 3)
        time.sleep(0.3)
        gateway.cancel([1, 3, 99])
        answers = gateway.answers(4)
    assert {number: answer.status for number, answer in answers.items()} == {0: 200, 1: 499, 2: 200, 3: 499}
    # They are told so before anything else begins.
    assert list(answers)[-1] == 2


def test_a_gateway_that_has_gone_is_forgotten_with_all_it_waits_for(models: Path, start: Any) -> None:
    running = start(models / "sleeps")
    assert running.until_started()["event"] == "ready"
    with running.connect() as gone:
        gone.send([Asked(row(0.5))] + [Asked(row(100.0))] * 3)
        gone.send([Asked(row(100.0))], 4)
    with running.connect() as gateway:
        assert gateway.ask([Asked(row(0.0))])[0].status == 200


def test_what_is_no_frame_ends_that_connection_alone(models: Path, start: Any) -> None:
    running = start(models / "iris")
    body = running.until_started()["smokeTest"]["body"].encode()
    for nonsense in (
        b"\x00\x00\x00\x01\x01",
        b"\xff" * 9,
        b"GET / HTTP/1.1\r\n\r\n",
        unknown_path(body),
        too_short(body),
    ):
        with running.connect() as broken, running.connect() as gateway:
            broken.socket.sendall(nonsense)
            assert broken.socket.recv(1) == b""
            assert gateway.ask([Asked(body)])[0].status == 200


def unknown_path(body: bytes) -> bytes:
    return requests_frame([Asked(body, path="metrics")])


def too_short(body: bytes) -> bytes:
    meta = {
        "id": 0,
        "path": "invocations",
        "contentType": JSON,
        "requestId": "r",
        "client": None,
        "bytes": len(body) + 1,
    }
    return encode(frames.REQUESTS, {"requests": [meta]}, [body])


def test_large_frames_come_and_go_whole(models: Path, start: Any, rows: pd.DataFrame) -> None:
    running = start(models / "iris")
    assert running.until_started()["event"] == "ready"
    expected = mlflow.pyfunc.load_model(str(models / "iris")).predict(rows).tolist()
    data = rows.to_numpy().tolist()
    large = json.dumps({"dataframe_split": {"columns": list(rows.columns), "data": data * 5000}}).encode()
    small = json.dumps({"dataframe_split": {"columns": list(rows.columns), "data": data}}).encode()
    with running.connect() as gateway:
        gateway.ask([Asked(small)])
        for asked in ([small, large, small], [large], [small] * 200):
            answers = gateway.ask([Asked(body) for body in asked])
            found = [answer.json()["predictions"] for answer in answers]
            assert found == [expected * (5000 if body is large else 1) for body in asked]


def test_the_rows_of_a_call_are_bounded(models: Path, start: Any) -> None:
    running = start(models / "iris", ("--rows-max", "5"))
    body = running.until_started()["smokeTest"]["body"].encode()
    with running.connect() as gateway:
        gateway.ask([Asked(body)])
        answers = gateway.ask([Asked(body)] * 5)
    assert [answer.rows for answer in answers] == [4, 4, 4, 4, 2]


def test_the_model_learns_of_each_request_who_sent_it_from_the_gateway_alone(models: Path, start: Any) -> None:
    running = start(models / "tells-caller")
    assert running.until_started()["event"] == "ready"
    sent = [("ada", 1.0), ("batch", -1.0), (None, 1.0), ("ada", 1.0)]
    # What a caller writes into its body is no identity.
    bodies = [{"dataframe_records": [{"x": x, "X-Forwarded-User": "mallory", "client": "mallory"}]} for _, x in sent]
    with running.connect() as gateway:
        asked = [Asked(json.dumps(body).encode(), client=client) for body, (client, _) in zip(bodies, sent)]
        answers = gateway.ask(asked)
    told = [json.loads(answer.json()["predictions"][0]) if answer.body else None for answer in answers]
    identity = {"X-Forwarded-User": "ada"}
    assert told == [["ada", "r0", identity], None, [None, "r2", {}], ["ada", "r3", identity]]
    assert answers[1].meta["detail"] == "The model raised ValueError: batch sent a negative x"


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


def test_sigterm_lets_it_finish_what_it_predicts(models: Path, start: Any) -> None:
    running = start(models / "sleeps")
    running.until_started()
    with running.connect() as gateway:
        gateway.send([Asked(row(1.0)), Asked(row(100.0))])
        time.sleep(0.3)
        running.process.send_signal(signal.SIGTERM)
        assert gateway.answers(1)[0].status == 200
        assert gateway.socket.recv(1) == b""
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
