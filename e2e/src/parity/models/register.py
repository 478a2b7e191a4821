"""Registers the models of the parity suite and leaves a copy of each: register.py TRACKING_URI FOLDER."""

from __future__ import annotations

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
from mlflow.models import infer_signature
from mlflow.models.signature import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import Array, Map, Object, Property
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

REQUIREMENTS = [f"{name}=={version(name)}" for name in ("mlflow", "scikit-learn", "pandas", "numpy", "cloudpickle")]
SHOWS = str(Path(__file__).parent / "shows.py")
TYPES = ("integer", "long", "float", "double", "boolean", "string", "binary", "datetime")


def columns(**kinds: DataType) -> Schema:
    """Required columns."""
    return Schema([ColSpec(kind, name) for name, kind in kinds.items()])


def signatures() -> dict[str, ModelSignature | None]:
    """What the inputs of each model are."""
    nested = [
        ColSpec(Array(DataType.string), "words"),
        ColSpec(Object([Property("id", DataType.long), Property("name", DataType.string, required=False)]), "who"),
        ColSpec(Map(DataType.double), "scores"),
    ]
    params = ParamSchema(
        [
            ParamSpec("scale", DataType.double, 1.0),
            ParamSpec("names", DataType.string, ["a"], shape=(-1,)),
            ParamSpec("exact", DataType.boolean, False),
        ]
    )
    mixed = columns(d=DataType.double, s=DataType.string, n=DataType.long, b=DataType.boolean)
    optional = [ColSpec(DataType.double, "x"), ColSpec(DataType.double, "y", required=False)]
    return {
        "typed": ModelSignature(columns(**{name: DataType[name] for name in TYPES})),
        "mixed": ModelSignature(mixed),
        "optional": ModelSignature(Schema(optional)),
        "nested": ModelSignature(Schema(nested)),
        "params": ModelSignature(columns(x=DataType.double), params=params),
        "tensor": ModelSignature(Schema([TensorSpec(np.dtype("float32"), (-1, 3))])),
        "unsigned": None,
    }


def main(tracking_uri: str, folder: Path) -> None:
    """Registers all of them."""
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_experiment("parity")
    logged: dict[str, Any] = {}
    for name, signature in signatures().items():
        with mlflow.start_run(run_name=name):
            logged[name] = mlflow.pyfunc.log_model(
                name="model", python_model=SHOWS, signature=signature, pip_requirements=REQUIREMENTS
            )
    frame, target = load_iris(return_X_y=True, as_frame=True)
    frame.columns = ["a", "b", "c", "d"]
    iris = LogisticRegression(max_iter=500).fit(frame, target)
    with mlflow.start_run(run_name="iris"):
        logged["iris"] = mlflow.sklearn.log_model(
            iris,
            name="model",
            signature=infer_signature(frame, iris.predict(frame)),
            input_example=frame.head(2),
            pip_requirements=REQUIREMENTS,
        )
    for name, info in logged.items():
        mlflow.register_model(info.model_uri, f"parity-{name}")
        mlflow.artifacts.download_artifacts(info.model_uri, dst_path=str(folder / name))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
