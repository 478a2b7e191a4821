"""Models of many kinds answer what MLflow answers, whether or not their requests come together."""

from __future__ import annotations

import importlib
import importlib.util
import json
import random
import sys
from pathlib import Path
from typing import Any, Callable

import cloudpickle
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from kit import Asked, Local
from mlflow.models import infer_signature
from mlflow.models.signature import ModelSignature
from mlflow.types.schema import ParamSchema, ParamSpec
from sklearn import (
    cluster,
    compose,
    decomposition,
    ensemble,
    impute,
    linear_model,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.feature_extraction.text import TfidfVectorizer

from slipway_worker.serving import Settings

CHANCE = np.random.default_rng(1)
ROWS = 300
NUMBERS = pd.DataFrame(CHANCE.normal(size=(ROWS, 5)), columns=[f"n{place}" for place in range(5)])
MIXED = pd.DataFrame(
    {
        "age": CHANCE.integers(18, 90, ROWS),
        "income": CHANCE.normal(3000, 800, ROWS).round(2),
        "city": CHANCE.choice(["Lyon", "Graz", "Kyōto"], ROWS),
        "member": CHANCE.random(ROWS) < 0.5,
        "note": [" ".join(CHANCE.choice(["good", "bad", "late", "fast", "ok"], 4)) for _ in range(ROWS)],
    }
)
HOLES = NUMBERS.mask(CHANCE.random(NUMBERS.shape) < 0.2)
LABELS = (NUMBERS.sum(axis=1) > 0).astype(int)
VALUES = NUMBERS @ np.arange(5) + 0.1
NAMES = LABELS.map({0: "no", 1: "yes"})
IMAGES = CHANCE.random((ROWS, 16), dtype=np.float32)


def by_columns(last: Any) -> Any:
    """A pipeline that treats each column of MIXED by its type."""
    steps = [
        ("numbers", preprocessing.StandardScaler(), ["age", "income"]),
        ("kinds", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["city", "member"]),
        ("text", TfidfVectorizer(), "note"),
    ]
    return pipeline.make_pipeline(compose.ColumnTransformer(steps), last)


#: Name, model, what it is trained on, its target.
SKLEARN: list[tuple[str, Any, Any, Any]] = [
    ("logistic regression", linear_model.LogisticRegression(), NUMBERS, LABELS),
    ("named classes", linear_model.LogisticRegression(), NUMBERS, NAMES),
    ("linear regression", linear_model.LinearRegression(), NUMBERS, VALUES),
    ("two targets", linear_model.Ridge(), NUMBERS, pd.DataFrame({"a": VALUES, "b": -VALUES})),
    ("forest", ensemble.RandomForestClassifier(10), NUMBERS, LABELS),
    ("forest of values", ensemble.RandomForestRegressor(10), NUMBERS, VALUES),
    ("boosting with holes", ensemble.HistGradientBoostingRegressor(max_iter=20), HOLES, VALUES),
    ("boosting", ensemble.GradientBoostingClassifier(n_estimators=10), NUMBERS, LABELS),
    ("isolation", ensemble.IsolationForest(n_estimators=10), NUMBERS, None),
    (
        "stacked",
        ensemble.StackingClassifier([("a", naive_bayes.GaussianNB()), ("b", tree.DecisionTreeClassifier())]),
        NUMBERS,
        LABELS,
    ),
    (
        "voting",
        ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor())]),
        NUMBERS,
        VALUES,
    ),
    ("neighbours", neighbors.KNeighborsClassifier(), NUMBERS, LABELS),
    ("support vectors", svm.SVC(), NUMBERS, LABELS),
    ("clusters", cluster.KMeans(3, n_init=1), NUMBERS, None),
    ("perceptron", neural_network.MLPRegressor(hidden_layer_sizes=(8,), max_iter=200), NUMBERS, VALUES),
    (
        "imputed",
        pipeline.make_pipeline(impute.SimpleImputer(), decomposition.PCA(2), linear_model.Ridge()),
        HOLES,
        VALUES,
    ),
    ("mixed columns", by_columns(linear_model.LogisticRegression()), MIXED, LABELS),
    ("mixed columns, forest", by_columns(ensemble.RandomForestRegressor(10)), MIXED, VALUES),
    ("array", linear_model.LogisticRegression(), IMAGES, LABELS),
    ("array, perceptron", neural_network.MLPClassifier((8,), max_iter=200), IMAGES, LABELS),
]
if importlib.util.find_spec("lightgbm"):
    lightgbm = importlib.import_module("lightgbm")
    SKLEARN.append(
        ("lightgbm in a pipeline", by_columns(lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)), MIXED, LABELS)
    )


def bodies_of(inputs: Any, count: int, chance: random.Random) -> list[bytes]:
    """Bodies of some rows each, in every format; a few of them are wrong."""
    bodies = []
    for _ in range(count):
        places = [chance.randrange(ROWS) for _ in range(chance.choice([1, 1, 1, 2, 7]))]
        if isinstance(inputs, np.ndarray):
            body: Any = {chance.choice(["inputs", "instances"]): inputs[places].tolist()}
        else:
            rows = json.loads(inputs.iloc[places].to_json(orient="records"))
            columns = list(inputs.columns)
            body = chance.choice(
                [
                    {"dataframe_split": {"columns": columns, "data": [list(row.values()) for row in rows]}},
                    {"dataframe_records": rows},
                    {"inputs": {column: [row[column] for row in rows] for column in columns}},
                    {"instances": rows},
                ]
            )
        text = json.dumps(body)
        if chance.random() < 0.1:
            text = chance.choice([text.replace("1", '"x"', 1), text[:-2], text.replace("[", "[null, ", 1)])
        bodies.append(text.encode())
    return bodies


def require_same(local: Local, bodies: list[bytes], chance: random.Random) -> int:
    """Sends the bodies in frames; gives how many were answered together with others."""
    together = 0
    while bodies:
        size = chance.choice([1, 5, 30])
        frame, bodies = [Asked(body) for body in bodies[:size]], bodies[size:]
        for asked, given in zip(frame, local.ask(frame)):
            expected = local.ask_mlflow(asked)
            assert given.status == expected.status, (asked.body, given.meta, expected.meta)
            if given.status == 200:
                assert_close(given.json(), expected.json())
            else:
                assert given.meta.get("detail") == expected.meta.get("detail")
            together += given.together > 1
    return together


def assert_close(one: Any, other: Any) -> None:
    """Equal in type and value, but for what the order of additions changes."""
    assert type(one) is type(other), (one, other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        assert_close(list(one.values()), list(other.values()))
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other):
            assert_close(left, right)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-5, abs=1e-6, nan_ok=True)
    else:
        assert one == other


@pytest.mark.parametrize(("name", "model", "inputs", "target"), SKLEARN, ids=[entry[0] for entry in SKLEARN])
def test_scikit_learn(name: str, model: Any, inputs: Any, target: Any, tmp_path: Path) -> None:
    fitted = model.fit(inputs, target)
    for predict in ("predict", "predict_proba") if hasattr(fitted, "predict_proba") else ("predict",):
        signature = infer_signature(inputs, getattr(fitted, predict)(inputs))
        folder = str(tmp_path / predict)
        mlflow.sklearn.save_model(
            fitted,
            folder,
            signature=signature,
            pyfunc_predict_fn=predict,
            serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"],
        )
        local = Local(mlflow.pyfunc.load_model(folder))
        assert local.serving.batching.is_on, local.serving.batching.reason
        chance = random.Random(name)
        first = bodies_of(inputs, 1, random.Random(0))[0]
        assert local.check(first)["state"] == "on"
        assert require_same(local, bodies_of(inputs, 120, chance), chance) > 40


@pytest.mark.parametrize("flavour", ["lightgbm", "xgboost"])
@pytest.mark.parametrize("is_native", [False, True])
def test_boosting_flavours(flavour: str, is_native: bool, tmp_path: Path) -> None:
    library = pytest.importorskip(flavour)
    mlflow_flavour = pytest.importorskip(f"mlflow.{flavour}")
    if is_native and flavour == "lightgbm":
        model = library.train({"objective": "binary", "verbose": -1}, library.Dataset(HOLES, LABELS), 10)
    elif is_native:
        model = library.train({"objective": "binary:logistic"}, library.DMatrix(HOLES, LABELS), 10)
    else:
        model = (
            library.LGBMClassifier(n_estimators=10, verbose=-1)
            if flavour == "lightgbm"
            else library.XGBClassifier(n_estimators=10)
        ).fit(HOLES, LABELS)
    signature = infer_signature(HOLES, np.zeros(ROWS))
    mlflow_flavour.save_model(model, str(tmp_path / "model"), signature=signature, pip_requirements=[flavour])
    local = Local(mlflow.pyfunc.load_model(str(tmp_path / "model")))
    assert local.serving.batching.is_on, local.serving.batching.reason
    chance = random.Random(1)
    assert require_same(local, bodies_of(HOLES, 120, chance), chance) > 40


class Shapes(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """Answers each row's sum, in some type."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return self.make(model_input.sum(axis=1) * (params or {}).get("scale", 1.0))


#: How a model answers, and whether its answers can be split by rows.
SHAPES: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "series": (lambda sums: sums, True),
    "named series": (lambda sums: sums.rename("total"), True),
    "frame": (lambda sums: pd.DataFrame({"total": sums, "name": [f"n{value:.3f}" for value in sums]}), True),
    "list": (lambda sums: sums.tolist(), True),
    "list of numpy": (lambda sums: list(sums.to_numpy()), True),
    "list of dicts": (lambda sums: [{"total": value, "big": bool(value > 0)} for value in sums], True),
    "list of lists": (lambda sums: [[value, None] for value in sums], True),
    "array": (lambda sums: sums.to_numpy(), True),
    "array of 32 bits": (lambda sums: sums.to_numpy(dtype="float32"), True),
    "array of rows": (lambda sums: np.stack([sums, -sums], axis=1), True),
    "array of texts": (lambda sums: np.array([f"{value:.3f}" for value in sums]), True),
    "array of objects": (lambda sums: np.array([None if value > 0 else value for value in sums], dtype=object), True),
    "array of booleans": (lambda sums: sums.to_numpy() > 0, True),
    "array with holes": (lambda sums: np.where(sums > 0, np.nan, np.inf), True),
    "large array": (lambda sums: np.repeat(sums.to_numpy()[:, None], 100, axis=1) * 1e20, True),
    "dates": (lambda sums: pd.Series(pd.to_datetime(sums.abs().round(), unit="D")), True),
    "dict": (lambda sums: {"total": sums.tolist()}, False),
    "dict of arrays": (lambda sums: {"total": sums.to_numpy()}, False),
    "one number": (lambda sums: float(len(sums)), False),
    "text": (lambda sums: "a text", False),
    "tuple": (lambda sums: tuple(sums), False),
    "too short": (lambda sums: sums.tolist()[:1] * 1 if len(sums) < 4 else sums.tolist()[:3], False),
    "what JSON has not": (lambda sums: [complex(1, 2)] * len(sums), True),
}


@pytest.mark.parametrize(("make", "splits"), SHAPES.values(), ids=SHAPES.keys())
def test_custom_models(make: Callable[[Any], Any], splits: bool, tmp_path: Path) -> None:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    params = ParamSchema([ParamSpec("scale", "double", 2.0)])
    signature = ModelSignature(infer_signature(NUMBERS).inputs, params=params)
    folder = str(tmp_path / "model")
    mlflow.pyfunc.save_model(folder, python_model=Shapes(make), signature=signature, pip_requirements=["pandas"])
    careful = Local(mlflow.pyfunc.load_model(folder))
    assert not careful.serving.batching.is_on
    chance = random.Random(1)
    bodies = bodies_of(NUMBERS, 60, chance)
    assert require_same(careful, list(bodies), chance) == 0
    local = Local(mlflow.pyfunc.load_model(folder), Settings("on"))
    scaled = [body[:-1] + b', "params": {"scale": 0.5}}' for body in bodies[:5]]
    assert (require_same(local, bodies + scaled, chance) > 0) == (splits and make is not SHAPES["what JSON has not"][0])
    assert local.serving.batching.is_on == splits, local.serving.batching.reason


def test_a_model_without_a_signature_is_left_to_mlflow(tmp_path: Path) -> None:
    mlflow.sklearn.save_model(
        linear_model.Ridge().fit(NUMBERS, VALUES), str(tmp_path / "model"), pip_requirements=["scikit-learn"]
    )
    local = Local(mlflow.pyfunc.load_model(str(tmp_path / "model")))
    assert local.serving.batching.reason.endswith("the model has no signature of its input.")
    chance = random.Random(1)
    assert require_same(local, bodies_of(NUMBERS, 30, chance), chance) == 0
