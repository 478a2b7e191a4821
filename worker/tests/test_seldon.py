"""Seldon's protocol V1, as PrimeHub's clients speak it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Local
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ColSpec, Schema, TensorSpec
from test_compiled import pyfunc_model

from slipway_worker.serving import Settings


def seldon(body: Any) -> Asked:
    return Asked(json.dumps(body).encode(), "seldon/predictions")


class Answers:
    """Answers what it was made with, or the sum of each row."""

    def __init__(self, answer: Any = None) -> None:
        self._answer = answer

    def predict(self, data: Any) -> Any:
        return np.asarray(data).sum(axis=1) if self._answer is None else self._answer


@pytest.fixture(scope="module")
def iris(models: Path) -> Local:
    return Local(mlflow.pyfunc.load_model(str(models / "iris")))


def columns(answer: Any = None) -> Local:
    schema = Schema([ColSpec("double", "a"), ColSpec("double", "b")])
    return Local(pyfunc_model(ModelSignature(schema), Answers(answer)), Settings("on"))


def test_rows_answer_what_the_scoring_protocol_answers(iris: Local, rows: pd.DataFrame) -> None:
    split = {"columns": list(rows.columns), "data": rows.to_numpy().tolist()}
    expected = iris.ask_mlflow(Asked(json.dumps({"dataframe_split": split}).encode())).json()["predictions"]
    backwards = rows[rows.columns[::-1]]
    asked = [
        seldon({"data": {"names": list(rows.columns), "ndarray": split["data"]}}),
        seldon({"data": {"ndarray": split["data"]}}),
        seldon({"data": {"names": list(backwards.columns), "ndarray": backwards.to_numpy().tolist()}}),
        seldon({"data": {"names": ["t:0", "t:1", "t:2", "t:3"], "ndarray": split["data"]}}),
    ]
    for given in iris.ask(asked) + iris.ask(asked):
        assert given.json() == {"data": {"names": [], "ndarray": expected}, "meta": {}}
    assert {given.together for given in iris.ask(asked)} == {4}


def test_the_answer_has_the_encoding_of_the_request() -> None:
    tensor = {"data": {"names": ["b", "a"], "tensor": {"shape": [2, 2], "values": [1, 2, 3, 4]}}, "meta": {"puid": "p"}}
    given = columns().ask([seldon(tensor)])[0]
    assert given.json() == {
        "data": {"names": [], "tensor": {"shape": [2], "values": [3.0, 7.0]}},
        "meta": {"puid": "p"},
    }
    rows = seldon({"data": {"ndarray": [[1, 2]]}, "meta": {"tags": {"a": 1}}})
    assert columns({"x": 1.5}).ask([rows])[0].json() == {"jsonData": {"x": 1.5}, "meta": {"tags": {"a": 1}}}
    assert columns("text").ask([rows])[0].json()["strData"] == "text"


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (np.array([[0.25, 0.75]]), {"names": ["t:0", "t:1"], "ndarray": [[0.25, 0.75]]}),
        (["yes"], {"names": [], "ndarray": ["yes"]}),
        ([1, "a"], {"names": [], "ndarray": [1, "a"]}),
        ([[1], [1, 2]], {"names": [], "ndarray": [[1], [1, 2]]}),
        (1.5, {"names": [], "ndarray": [1.5]}),
        (pd.Series([1.5], name="total"), {"names": [], "ndarray": [1.5]}),
        (pd.DataFrame({"total": [1.5], "name": ["x"]}), {"names": ["total", "name"], "ndarray": [[1.5, "x"]]}),
    ],
)
def test_whatever_a_model_answers_can_be_told(answer: Any, data: Any) -> None:
    assert columns(answer).ask([seldon({"data": {"ndarray": [[1, 2]]}})])[0].json()["data"] == data


def test_tensors_and_texts_and_json_reach_the_model() -> None:
    tensors = Local(pyfunc_model(ModelSignature(Schema([TensorSpec(np.dtype("float32"), (-1, 2))])), Answers()))
    numeric = {"names": [], "tensor": {"shape": [1], "values": [3.0]}}
    for body in (
        {"data": {"tensor": {"shape": [1, 2], "values": [1, 2]}}},
        {"jsonData": {"inputs": [[1, 2]]}},
        {"jsonData": [[1, 2]]},
    ):
        assert tensors.ask([seldon(body)])[0].json()["data"] == numeric
    texts = Local(pyfunc_model(ModelSignature(Schema([ColSpec("string", "text")]))))
    for body in (
        {"strData": "a text"},
        {"jsonData": "a text"},
        {"data": {"ndarray": ["a text"]}},
        {"data": {"ndarray": [["a text"]]}},
    ):
        (shown,) = texts.ask([seldon(body)])[0].json()["data"]["ndarray"]
        assert "'a text'" in shown


def test_without_a_signature_names_make_columns() -> None:
    local = Local(pyfunc_model(None))
    shown = [
        local.ask([seldon({"data": {**names, "ndarray": [[1.5]]}})])[0].json()["data"]["ndarray"][0]
        for names in ({"names": ["a"]}, {})
    ]
    assert "['a']" in shown[0] and "<f8" in shown[1]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "The body must have one of 'data', 'jsonData' and 'strData'."),
        ({"data": {"tftensor": {}}}, "'data' must have an 'ndarray' or a 'tensor'"),
        ({"data": {"ndarray": 3}}, "'data.ndarray' must be a list."),
        ({"data": {"ndarray": [1, 2]}}, "must be a list of rows, each a list of 2 values"),
        ({"data": {"ndarray": [[1]]}}, "Each row must have the 2 values a, b, but one has 1."),
        ({"data": {"names": [1], "ndarray": [[1]]}}, "'data.names' must be a list of texts."),
        (
            {"data": {"names": ["a", "c"], "ndarray": [[1, 2]]}},
            "The input lacks the columns 'b'. Not known to the model: 'c'.",
        ),
        ({"data": {"ndarray": [[1, "x"]]}}, "Column 'b' must be float64"),
        ({"data": {"tensor": {"shape": [2, 2], "values": [1]}}}, "must have 4 values, but 1 are given"),
        ({"data": {"tensor": [1]}}, "'data.tensor' must have a 'shape' and 'values'"),
        ({"strData": 3}, "'strData' must be a text."),
        ({"binData": "AA=="}, "The body must have one of"),
    ],
)
def test_a_request_that_cannot_be_understood_is_400_and_says_why(body: Any, detail: str) -> None:
    given = columns().ask([seldon(body)])[0]
    assert given.status == 400 and detail in given.meta["detail"], given.meta


def test_broken_json_says_where() -> None:
    given = columns().ask([Asked(b'{"data": ', "seldon/predictions")])[0]
    assert given.status == 400 and "line 1, column 10" in given.meta["detail"]
