"""Trains the benchmark's models, registers them in an MLflow, and writes request bodies with the right answers.

Usage: train.py TRACKING_URI FOLDER. FOLDER gets, for each model, a copy of it (`<model>/model`) and its bodies:
`<model>/<rows>/<protocol>/<number>` and `<model>/<rows>/answers.json`, a list of what the model itself answers.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import mlflow
import numpy as np
import pandas as pd
import skops.io
from bodies import protocols
from workloads import Workload, workloads

PACKAGES = ("mlflow", "scikit-learn", "numpy", "pandas", "scipy", "skops", "cloudpickle")
# One list for all, so that one environment serves every model; the same versions as every other side's.
REQUIREMENTS = [f"{package}=={version(package)}" for package in PACKAGES]
ROWS = (1, 100)
BODIES_MAX = 64
# All bodies of a set are held in the load generator's memory.
SET_BYTES_MAX = 16 * 1024**2


def register(workload: Workload) -> str:
    """Logs and registers the model, and returns its URI."""
    example = as_input(workload, workload.rows(2))
    common: dict[str, Any] = {
        "name": "model",
        "signature": workload.signature,
        "input_example": example,
        "pip_requirements": REQUIREMENTS,
    }
    with mlflow.start_run(run_name=workload.name):
        if isinstance(workload.model, str):
            logged = mlflow.pyfunc.log_model(python_model=workload.model, **common)
        else:
            trusted = skops.io.get_untrusted_types(data=skops.io.dumps(workload.model))
            logged = mlflow.sklearn.log_model(workload.model, skops_trusted_types=trusted, **common)
    mlflow.register_model(logged.model_uri, workload.name)
    return str(logged.model_uri)


def as_input(workload: Workload, rows: list[Any]) -> Any:
    """Rows as the model takes them."""
    schema = workload.signature.inputs
    if schema.is_tensor_spec():
        return np.asarray(rows, dtype=schema.input_types()[0])
    return pd.DataFrame(rows, columns=schema.input_names())


def write_bodies(workload: Workload, folder: Path) -> None:
    """Writes the bodies of each size in each protocol, and the model's own answers."""
    model = mlflow.pyfunc.load_model(str(folder / "model"))
    for size in ROWS:
        renders = protocols(workload.signature.inputs)
        folders = {name: folder / str(size) / name for name in renders}
        for each in folders.values():
            each.mkdir(parents=True)
        answers: list[Any] = []
        written = 0
        while len(answers) < BODIES_MAX and written < SET_BYTES_MAX:
            rows = workload.rows(size)
            for name, render in renders.items():
                body = render(rows, workload.signature.inputs)
                (folders[name] / f"{len(answers):02}").write_bytes(body)
                written += len(body) if name == "mlflow" else 0
            answers.append(np.asarray(model.predict(as_input(workload, rows))).tolist())
        (folder / str(size) / "answers.json").write_text(json.dumps(answers))


def main(tracking_uri: str, folder: Path) -> None:
    """Makes everything."""
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_experiment("serving benchmark")
    for workload in workloads():
        print(workload.name, flush=True)
        uri = register(workload)
        own = folder / workload.name
        own.mkdir(parents=True)
        mlflow.artifacts.download_artifacts(uri, dst_path=str(own / "model"))
        write_bodies(workload, own)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
