"""The smoke test's body comes from the best source there is, and the model accepts it."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pytest
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec

from slipway_worker import smoke_test
from slipway_worker.entry import Entry
from slipway_worker.scoring import Scorer


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("iris", "input example"),
        ("iris-signed", "signature"),
        ("tensor", "signature"),
        ("raises", "signature"),
        ("iris-unsigned", "model"),
        ("array-unsigned", "model"),
    ],
)
def test_the_model_answers_its_own_smoke_test(models: Path, name: str, origin: str) -> None:
    model = mlflow.pyfunc.load_model(str(models / name))
    found = smoke_test.find(model, str(models / name))
    assert found is not None and found["from"] == origin
    answer = Scorer(model, Entry(model)).score(found["body"].encode(), found["contentType"], "smoke")
    assert answer.status == 200, answer.detail


def test_an_example_of_an_older_mlflow_is_understood(models: Path, tmp_path: Path) -> None:
    model = mlflow.pyfunc.load_model(str(models / "iris"))
    example = dict(model.metadata.saved_input_example_info)
    example.pop("serving_input_path", None)
    model.metadata.saved_input_example_info = example
    found = smoke_test.find(model, str(models / "iris"))
    assert found is not None and found["from"] == "input example"
    assert Scorer(model, Entry(model)).score(found["body"].encode(), found["contentType"], "smoke").status == 200


def test_every_column_type_gets_a_value() -> None:
    kinds = ["boolean", "integer", "long", "float", "double", "string", "binary", "datetime"]
    signature = ModelSignature(inputs=Schema([ColSpec(kind, kind) for kind in kinds]))
    body = json.loads(smoke_test._from_signature(_Signed(signature), "") or "")
    assert body["dataframe_split"]["columns"] == kinds
    assert len(body["dataframe_split"]["data"][0]) == len(kinds)


def test_a_giant_tensor_is_not_tried() -> None:
    signature = ModelSignature(inputs=Schema([TensorSpec(np.dtype("float32"), (-1, 10_000, 10_000))]))
    assert smoke_test.find(_Signed(signature), "") is None


def test_an_example_outside_the_model_is_not_read(models: Path) -> None:
    model = mlflow.pyfunc.load_model(str(models / "iris"))
    model.metadata.saved_input_example_info = {"serving_input_path": "../../etc/passwd", "artifact_path": "x"}
    found = smoke_test.find(model, str(models / "iris"))
    assert found is not None and found["from"] == "signature"


class _Signed:
    """What `find` reads of a pyfunc model that has only a signature."""

    def __init__(self, signature: ModelSignature) -> None:
        self.metadata = self
        self._signature = signature
        self.saved_input_example_info = None

    def get_input_schema(self) -> Schema:
        return self._signature.inputs
