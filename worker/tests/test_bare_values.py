"""scikit-learn models answer alike whether they are given a DataFrame or the array of its values."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Local
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler
from sklearn.utils import all_estimators

from slipway_worker import bare_values

CHANCE = np.random.default_rng(3)
ROWS = 200
NUMBERS = pd.DataFrame(CHANCE.normal(size=(ROWS, 6)), columns=[f"n{place}" for place in range(6)])
COUNTED = NUMBERS.assign(n1=CHANCE.integers(0, 9, ROWS), n4=CHANCE.integers(-5, 5, ROWS))
LABELS = np.where(NUMBERS.sum(axis=1) > 0, "yes", "no")
VALUES = NUMBERS @ np.arange(6) + 0.1
ESTIMATORS = dict(all_estimators())


@pytest.mark.parametrize("inputs", [NUMBERS, COUNTED, NUMBERS.astype("float32")], ids=["doubles", "mixed", "floats"])
@pytest.mark.parametrize("kind", sorted(bare_values._PREDICTORS))
def test_a_known_class_answers_alike(kind: str, inputs: pd.DataFrame) -> None:
    estimator = ESTIMATORS[kind]()
    target = VALUES if estimator.__sklearn_tags__().regressor_tags else LABELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(inputs, target)
        for rows in (1, 2, 7, ROWS):
            frame = inputs.sample(rows, random_state=rows).reset_index(drop=True)
            values = np.asarray(frame)
            given = np.ascontiguousarray(values) if kind in bare_values._TREES else values
            for predict in ("predict", "predict_proba", "predict_log_proba"):
                if hasattr(estimator, predict):
                    assert_same(getattr(estimator, predict)(frame), getattr(estimator, predict)(given))


@pytest.mark.parametrize("kind", sorted(bare_values._TRANSFORMERS))
def test_a_known_transformer_answers_alike(kind: str) -> None:
    holes = NUMBERS.mask(CHANCE.random(NUMBERS.shape) < 0.1) if kind == "SimpleImputer" else NUMBERS
    pipeline = make_pipeline(ESTIMATORS[kind](), LinearRegression()).fit(holes, VALUES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for rows in (1, 9, ROWS):
            assert_same(pipeline.predict(holes[:rows]), pipeline.predict(np.asarray(holes[:rows])))


def test_the_model_is_given_arrays_once_a_request_was_answered_alike(tmp_path: Path) -> None:
    local, taken = watched(LogisticRegression(), COUNTED, tmp_path)
    assert [given.status for given in local.ask([Asked(body(COUNTED, 0))])] == [200]
    assert taken == [pd.DataFrame, np.ndarray]  # MLflow's own code, then the proof
    taken.clear()
    bodies = [body(COUNTED, row) for row in range(5)]
    (alone,) = local.ask([Asked(bodies[0])])
    together = local.ask([Asked(one) for one in bodies])
    assert taken == [np.ndarray, np.ndarray]
    expected = [local.ask_mlflow(Asked(one)).json()["predictions"] for one in bodies]
    assert alone.json()["predictions"] == expected[0]
    for given, one in zip(together, expected):
        assert given.json()["predictions"] == pytest.approx(np.array(one), rel=1e-12)


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsClassifier(),
        make_pipeline(ColumnTransformer([("some", StandardScaler(), ["n0", "n3"])]), LogisticRegression()),
        make_pipeline(StandardScaler().set_output(transform="pandas"), LogisticRegression()),
        make_pipeline(SimpleImputer(strategy="most_frequent"), LogisticRegression()),
    ],
    ids=["searches", "chooses by name", "makes DataFrames", "takes any value"],
)
def test_other_models_are_given_dataframes(model: Any, tmp_path: Path) -> None:
    local, taken = watched(model, NUMBERS, tmp_path)
    for _ in range(2):
        local.ask([Asked(body(NUMBERS, 0))])
    assert set(taken) == {pd.DataFrame}


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), MaxAbsScaler(), LogisticRegression()),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}),
    ],
    ids=["pipeline", "search"],
)
def test_what_is_made_of_known_classes_is_known(model: Any, tmp_path: Path) -> None:
    local, taken = watched(model, NUMBERS, tmp_path)
    for _ in range(2):
        local.ask([Asked(body(NUMBERS, 0))])
    assert taken[-1] is np.ndarray


def test_other_names_than_it_was_trained_with_are_the_models_business(tmp_path: Path) -> None:
    renamed = NUMBERS.rename(columns={"n0": "first"})
    local, taken = watched(LogisticRegression(), NUMBERS, tmp_path, signed=renamed)
    (given,) = local.ask([Asked(body(renamed, 0))])
    assert (given.status, given.meta["detail"]) == (500, local.ask_mlflow(Asked(body(renamed, 0))).meta["detail"])
    assert set(taken) == {pd.DataFrame}


def test_what_the_model_refuses_is_told_as_it_tells_it_of_a_dataframe(tmp_path: Path) -> None:
    local, taken = watched(LogisticRegression(), NUMBERS, tmp_path)
    local.ask([Asked(body(NUMBERS, 0))])
    missing = Asked(body(NUMBERS.mask(NUMBERS > 100, 0).assign(n2=None), 1))
    expected = local.ask_mlflow(missing)
    taken.clear()
    given = local.ask([missing, Asked(body(NUMBERS, 2)), Asked(body(NUMBERS, 3))])
    assert (given[0].status, given[0].meta["detail"]) == (expected.status, expected.meta["detail"])
    assert [one.status for one in given[1:]] == [200, 200]
    assert np.ndarray in taken and pd.DataFrame in taken


def test_a_model_that_answers_otherwise_is_given_dataframes_for_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local, taken = watched(LogisticRegression(), NUMBERS, tmp_path, shift=1.0)
    for row in range(3):
        local.ask([Asked(body(NUMBERS, row))])
    assert taken.count(np.ndarray) == 1
    assert "given DataFrames" in capsys.readouterr().err


def watched(
    estimator: Any, inputs: pd.DataFrame, folder: Path, signed: pd.DataFrame | None = None, shift: float = 0.0
) -> tuple[Local, list[type]]:
    """A model, and what types its own code is given; `shift` is added to arrays behind everybody's back."""
    fitted = estimator.fit(inputs, LABELS)
    mlflow.sklearn.save_model(
        fitted,
        str(folder / "model"),
        signature=infer_signature(inputs if signed is None else signed, fitted.predict(inputs)),
        pip_requirements=["scikit-learn"],
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
    )
    model = mlflow.pyfunc.load_model(str(folder / "model"))
    own, taken = model._predict_fn, []

    def predict_proba(data: Any) -> Any:
        taken.append(type(data))
        answer = own(data)
        return answer + shift if isinstance(data, np.ndarray) else answer

    model._predict_fn = predict_proba
    return Local(model), taken


def body(inputs: pd.DataFrame, row: int) -> bytes:
    """One row as a request."""
    return json.dumps(
        {
            "dataframe_split": {
                "columns": list(inputs),
                "data": json.loads(inputs[row : row + 1].to_json(orient="values")),
            }
        }
    ).encode()


def assert_same(one: Any, other: Any) -> None:
    """To the last bit."""
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    assert one.tobytes() == other.tobytes() or one.tolist() == other.tolist()
