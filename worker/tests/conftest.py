"""Real models, logged once per run with the MLflow of the environment that the tests run in."""

from __future__ import annotations

import os

# As the data plane starts workers; many threads only stand in one another's way beside other tests.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import json
import sys
import time
from pathlib import Path
from typing import Any

import cloudpickle
import mlflow
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

REQUIREMENTS = ["scikit-learn", "pandas"]


class RaisesOnNegative(mlflow.pyfunc.PythonModel):
    """Fails in its own code, with the very exception class that MLflow's enforcement uses."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        if (model_input["x"] < 0).any():
            from mlflow.exceptions import MlflowException

            raise MlflowException.invalid_parameter_value("x must not be negative")
        if (model_input["x"] > 100).any():
            raise SystemExit("a model that leaves") if (model_input["x"] > 1000).any() else ValueError("x is too large")
        scale = (params or {}).get("scale", 1.0)
        return [float(value) * scale for value in model_input["x"]]


class Sleeps(mlflow.pyfunc.PythonModel):
    """Takes as many seconds as it is told."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        time.sleep(float(model_input["x"].sum()))
        return [0.0]


class TellsCaller(mlflow.pyfunc.PythonModel):
    """Answers all that a model may know of its caller; a negative x makes it fail."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        from slipway_worker import caller

        told = caller.current()
        if (model_input["x"] < 0).any():
            raise ValueError(f"{told.client} sent a negative x")
        return [json.dumps([told.client, told.request_id, told.headers])]


class TellsSurroundings(mlflow.pyfunc.PythonModel):
    """Prints a line, and answers what a process can see of itself."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        import gc
        import os
        import random
        import signal
        import tempfile

        import numpy

        print(f"a model in {os.getcwd()}")
        links = [
            os.readlink(f"/proc/self/fd/{number}") for number in sorted(map(int, os.listdir("/proc/self/fd")))[:-1]
        ]
        told = {
            "cwd": os.getcwd(),
            "home": os.path.expanduser("~"),
            "temporary": tempfile.gettempdir(),
            "descriptors": len(links),
            "sockets": sum(link.startswith("socket:") for link in links),
            "main": sys.modules["__main__"].__name__,
            "collects": gc.isenabled(),
            "sigchld": int(signal.getsignal(signal.SIGCHLD)),
            "random": random.random(),
            "numpy": float(numpy.random.random()),
        }
        return [json.dumps(told)]


class HogsInterpreter(mlflow.pyfunc.PythonModel):
    """Asked with anything but 0 it calls native code that does not let go of Python's lock."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        import ctypes

        if model_input["x"].any():
            print("hogging", flush=True)
            ctypes.PyDLL(None).sleep(600)
        return [0.0]


class SumsTensors(mlflow.pyfunc.PythonModel):
    """Answers the sum of each image."""

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return np.asarray(model_input).sum(axis=(1, 2))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow writes to the current folder; that must not be the repository."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one saved model per kind."""
    folder = tmp_path_factory.mktemp("models")
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    features, target = load_iris(return_X_y=True, as_frame=True)
    classifier = LogisticRegression(max_iter=500).fit(features, target)
    signature = infer_signature(features, classifier.predict(features))

    def save(name: str, model: Any, **options: Any) -> None:
        mlflow.sklearn.save_model(model, str(folder / name), pip_requirements=REQUIREMENTS, **options)

    save("iris", classifier, signature=signature, input_example=features.head(2))
    save("iris-signed", classifier, signature=signature)
    save("iris-unsigned", classifier)
    save("array-unsigned", LogisticRegression(max_iter=500).fit(features.to_numpy(), target))
    # The worker's process cannot import this file: the models' classes travel with them.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    scaled = ModelSignature(
        inputs=Schema([ColSpec("double", "x")]),
        params=ParamSchema([ParamSpec("scale", "double", 1.0)]),
    )
    mlflow.pyfunc.save_model(
        str(folder / "raises"), python_model=RaisesOnNegative(), signature=scaled, pip_requirements=REQUIREMENTS
    )
    mlflow.pyfunc.save_model(
        str(folder / "sleeps"), python_model=Sleeps(), signature=scaled, pip_requirements=REQUIREMENTS
    )
    mlflow.pyfunc.save_model(
        str(folder / "tells-caller"), python_model=TellsCaller(), signature=scaled, pip_requirements=REQUIREMENTS
    )
    for name, model in (("tells-surroundings", TellsSurroundings()), ("hogs-interpreter", HogsInterpreter())):
        mlflow.pyfunc.save_model(
            str(folder / name), python_model=model, signature=scaled, pip_requirements=REQUIREMENTS
        )
    images = ModelSignature(inputs=Schema([TensorSpec(np.dtype("float32"), (-1, 2, 3))]))
    mlflow.pyfunc.save_model(
        str(folder / "tensor"), python_model=SumsTensors(), signature=images, pip_requirements=REQUIREMENTS
    )
    return folder


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Rows to predict on."""
    return load_iris(as_frame=True).data.iloc[::15]
