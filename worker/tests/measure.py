"""Measures a worker over its socket, with the frames that the gateway sends: not a test, nothing in CI runs it.

    python worker/tests/measure.py [seconds]

prints for each model, and for frames of 1 and 64 requests of one row and of 16 requests of 100 rows: the time per request at
the median, the worker's part of the processors in it, and how many requests each call of the model had.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
from kit import Asked, Gateway, Running
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

FRAMES_MIN = 20


def make_models(folder: Path) -> dict[str, list[bytes]]:
    """Saves the models; gives a hundred bodies for each, of one row and of 100 rows."""
    random = np.random.default_rng(1)
    flowers, kinds = load_iris(return_X_y=True, as_frame=True)
    flowers = flowers.set_axis(["sepal_length", "sepal_width", "petal_length", "petal_width"], axis=1)
    wide = pd.DataFrame(random.normal(size=(600, 50)), columns=[f"feature_{number}" for number in range(50)])
    images = random.random((300, 784), dtype=np.float32)
    models: dict[str, tuple[Any, Any]] = {
        "iris": (LogisticRegression(max_iter=500).fit(flowers, kinds), flowers),
        "wide": (HistGradientBoostingClassifier(max_iter=50).fit(wide, np.digitize(wide.sum(axis=1), [-3, 3])), wide),
        "tensor": (MLPClassifier((64,), max_iter=5).fit(images, random.integers(0, 10, 300)), images),
    }
    bodies: dict[str, list[bytes]] = {}
    for name, (model, inputs) in models.items():
        signature = infer_signature(inputs, model.predict(inputs))
        mlflow.sklearn.save_model(
            model,
            str(folder / name),
            signature=signature,
            pip_requirements=["scikit-learn"],
            serialization_format="cloudpickle",
        )
        for rows in (1, 100):
            bodies[f"{name} {rows}"] = [_body(inputs, random.integers(0, len(inputs), rows)) for _ in range(100)]
    return bodies


def cpu_seconds(process: int) -> float:
    """What a process has taken of the processors so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(gateway: Gateway, process: int, bodies: list[bytes], size: int, seconds: float) -> str:
    """One frame after the other, each answered before the next is sent."""
    asked = [Asked(body) for body in bodies]
    taken: list[float] = []
    calls = requests = 0
    before = cpu_seconds(process)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(taken) < FRAMES_MIN:
        frame = [asked[(requests + number) % len(asked)] for number in range(size)]
        started = time.perf_counter()
        gateway.send(frame)
        count = 0
        while count < size:
            answered = gateway.frame().meta
            assert all(answer["status"] == 200 for answer in answered["answers"]), answered
            count += len(answered["answers"])
            calls += 1
        taken.append(time.perf_counter() - started)
        requests += size
    cpu = (cpu_seconds(process) - before) * 1e6 / requests
    micros = statistics.median(taken) * 1e6 / size
    p99 = sorted(taken)[int(len(taken) * 0.99)] * 1e3
    return f"{micros:8.0f} us a request ({cpu:6.0f} of CPU in the worker), p99 of a frame {p99:6.2f} ms, {requests / calls:4.1f} requests a call"


def main() -> None:
    """Measures every model."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        bodies = make_models(folder)
        for name in ("iris", "wide", "tensor"):
            running = Running(folder / name, folder / f"{name}.sock")
            print(name, running.until_started()["batching"])
            try:
                with running.connect() as gateway:
                    gateway.ask([Asked(bodies[f"{name} 1"][0])] * 2)
                    for rows, size in ((1, 1), (1, 64), (100, 16)):
                        print(
                            f"{name:7} {rows:3} rows, frames of {size:2}: {measure(gateway, running.process.pid, bodies[f'{name} {rows}'], size, seconds)}"
                        )
            finally:
                running.end()


def _body(inputs: Any, rows: Any) -> bytes:
    if isinstance(inputs, pd.DataFrame):
        chosen = inputs.iloc[rows].to_dict(orient="split")
        return json.dumps({"dataframe_split": {"columns": chosen["columns"], "data": chosen["data"]}}).encode()
    return json.dumps({"inputs": inputs[rows].tolist()}).encode()


if __name__ == "__main__":
    main()
