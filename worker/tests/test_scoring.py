"""Scoring answers what MLflow answers, and tells the caller's faults from the model's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest

from slipway_worker.answers import Answer
from slipway_worker.entry import Entry
from slipway_worker.scoring import Scorer

JSON = "application/json"


@pytest.fixture(scope="module")
def iris(models: Path) -> Scorer:
    return load(models / "iris")


@pytest.fixture(scope="module")
def raises(models: Path) -> Scorer:
    return load(models / "raises")


def load(folder: Path) -> Scorer:
    model = mlflow.pyfunc.load_model(str(folder))
    return Scorer(model, Entry(model))


def post(scorer: Scorer, body: Any, content_type: str = JSON) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return scorer.score(text, content_type, "request-1")


def split(rows: pd.DataFrame) -> dict[str, Any]:
    return {"dataframe_split": rows.to_dict(orient="split")}


@pytest.mark.parametrize("kind", ["split", "records", "instances", "inputs", "csv"])
def test_answers_equal_pyfunc_in_every_format(iris: Scorer, models: Path, rows: pd.DataFrame, kind: str) -> None:
    expected = mlflow.pyfunc.load_model(str(models / "iris")).predict(rows)
    if kind == "csv":
        answer = post(iris, rows.to_csv(index=False).encode(), "text/csv")
    else:
        body = {
            "split": split(rows),
            "records": {"dataframe_records": rows.to_dict(orient="records")},
            "instances": {"instances": rows.to_dict(orient="records")},
            "inputs": {"inputs": rows.to_dict(orient="list")},
        }[kind]
        answer = post(iris, body)
    assert answer.status == 200, answer.detail
    assert json.loads(answer.body) == {"predictions": np.asarray(expected).tolist()}


def test_params_reach_the_model(raises: Scorer) -> None:
    answer = post(raises, {"dataframe_split": {"columns": ["x"], "data": [[2.0]]}, "params": {"scale": 10.0}})
    assert json.loads(answer.body) == {"predictions": [20.0]}


def test_a_missing_column_is_named(iris: Scorer, rows: pd.DataFrame) -> None:
    answer = post(iris, split(rows.drop(columns=["petal width (cm)"])))
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert "'petal width (cm)'" in (answer.detail or "")


def test_a_wrong_type_names_column_and_expected_type(iris: Scorer, rows: pd.DataFrame) -> None:
    broken = rows.astype(object)
    broken.iloc[0, 1] = "wide"
    answer = post(iris, split(broken))
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert "'sepal width (cm)'" in (answer.detail or "")
    assert "float64" in (answer.detail or "")
    assert "wide" in (answer.detail or "")


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"\xff\xfe",
        b"[1, 2]",
        b'"text"',
        b"{}",
        b'{"rows": [1]}',
        b'{"inputs": [1], "instances": [2]}',
        b'{"dataframe_split": [1]}',
        b'{"dataframe_records": {"a": 1}}',
        b'{"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}}',
        b'{"inputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"",
    ],
)
def test_a_body_that_cannot_be_read_is_400_in_one_short_sentence(iris: Scorer, body: bytes) -> None:
    answer = post(iris, body)
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert answer.detail and "\n" not in answer.detail and len(answer.detail) < 700
    assert "Traceback" not in answer.detail


def test_broken_json_says_where(iris: Scorer) -> None:
    assert "line 1, column 2" in (post(iris, b"{not json").detail or "")


def test_a_wrong_tensor_shape_is_told(models: Path) -> None:
    scorer = load(models / "tensor")
    answer = post(scorer, {"inputs": [[1.0, 2.0]]})
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert "(-1, 2, 3)" in (answer.detail or "")
    right = post(scorer, {"inputs": [[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]})
    assert json.loads(right.body) == {"predictions": [6.0]}


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/xml", "application/json; charset=latin-1"])
def test_an_unknown_content_type_is_415(iris: Scorer, content_type: str) -> None:
    answer = post(iris, {}, content_type)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize(("value", "error"), [(200.0, "ValueError: x is too large"), (-1.0, "x must not be negative")])
def test_what_the_model_raises_is_500_with_the_error_line(
    raises: Scorer, capfd: pytest.CaptureFixture[str], value: float, error: str
) -> None:
    answer = post(raises, {"dataframe_split": {"columns": ["x"], "data": [[value]]}})
    assert (answer.status, answer.code) == (500, "model_failed")
    assert error in (answer.detail or "")
    assert "Traceback" not in (answer.detail or "") and "\n" not in (answer.detail or "")
    log = capfd.readouterr().err
    assert "request-1" in log and "Traceback" in log


def test_a_refusal_after_a_failure_is_judged_anew(raises: Scorer) -> None:
    post(raises, {"dataframe_split": {"columns": ["x"], "data": [[200.0]]}})
    assert post(raises, {"dataframe_split": {"columns": ["y"], "data": [[1.0]]}}).status == 400


def test_invalid_params_are_400(raises: Scorer) -> None:
    body = {"dataframe_split": {"columns": ["x"], "data": [[1.0]]}, "params": {"scale": "wide"}}
    answer = post(raises, body)
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert "scale" in (answer.detail or "")
