"""What is not known to predict row by row is not batched, and it is said why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import NMF, PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler, scale

from slipway_worker.row_wise import obstacle


class Centred(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Looks at all rows."""

    def fit(self, rows: Any, target: Any = None) -> Centred:
        return self

    def transform(self, rows: Any) -> Any:
        return rows - rows.mean(axis=0)


class Loaded:
    """What `obstacle` reads of a loaded pyfunc model."""

    def __init__(self, model: Any, loader: str = "mlflow.sklearn", predict: str = "predict") -> None:
        self.metadata = self
        self.flavors = {"python_function": {"loader_module": loader, "predict_fn": predict}}
        self._model_impl = type("Wrapper", (), {"sklearn_model": model})()


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(5),
        make_pipeline(StandardScaler(), PCA(2), LogisticRegression()),
        make_pipeline(FunctionTransformer(np.log1p, inverse_func=np.expm1), LogisticRegression()),
        make_pipeline(
            FunctionTransformer(), FeatureUnion([("a", PCA(1)), ("b", StandardScaler())]), LogisticRegression()
        ),
        GridSearchCV(LogisticRegression(), {"C": [1, 2]}, scoring=lambda model, rows, target: 1.0, cv=2),
        DummyClassifier(strategy="prior"),
        make_pipeline(IterativeImputer(), LogisticRegression()),
    ],
    ids=str,
)
def test_what_is_made_of_known_parts_predicts_row_by_row(model: Any) -> None:
    random = np.random.default_rng(1)
    model.fit(random.random((40, 3)), random.integers(0, 2, 40))
    assert obstacle(Loaded(model)) is None


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (make_pipeline(Centred(), LogisticRegression()), "its part Centred comes from"),
        (VotingClassifier([("a", make_pipeline(StandardScaler(), Centred()))]), "its part Centred comes from"),
        (make_pipeline(FunctionTransformer(scale), LogisticRegression()), "calls scale on all rows at once"),
        (make_pipeline(FunctionTransformer(lambda rows: rows), LogisticRegression()), "on all rows at once"),
        (
            TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.cumsum),
            "calls cumsum on all rows",
        ),
        (make_pipeline(NMF(2), LogisticRegression()), "its part NMF solves for all rows at once"),
        (DummyClassifier(strategy="stratified"), "draws random numbers"),
        (make_pipeline(IterativeImputer(sample_posterior=True), LogisticRegression()), "draws random numbers"),
        (object.__new__(type("Mine", (LogisticRegression,), {"__module__": "mine"})), "its part Mine comes from mine"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_looks_at_several_rows_or_may_is_told_by_name(model: Any, reason: str) -> None:
    assert reason in (obstacle(Loaded(model)) or "nothing")


@pytest.mark.parametrize(
    ("loader", "predict", "is_known"),
    [
        ("mlflow.xgboost", "predict", True),
        ("mlflow.lightgbm", "predict", True),
        ("mlflow.catboost", "predict", True),
        ("mlflow.sklearn", "predict_proba", True),
        ("mlflow.sklearn", "score", False),
        ("mlflow.statsmodels", "predict", False),
        ("mlflow.pytorch", "predict", False),
        ("mlflow.tensorflow", "predict", False),
        ("mlflow.pyfunc.model", "predict", False),
    ],
)
def test_only_known_flavours_and_functions_are_batched(loader: str, predict: str, is_known: bool) -> None:
    assert (obstacle(Loaded(LogisticRegression(), loader, predict)) is None) == is_known


def test_a_model_as_mlflow_loads_it_is_looked_through(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    model = make_pipeline(FunctionTransformer(scale), LogisticRegression()).fit(random.random((9, 2)), [0, 1, 0] * 3)
    folder = str(tmp_path / "model")
    mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle", pip_requirements=["scikit-learn"])
    assert "calls scale" in (obstacle(mlflow.pyfunc.load_model(folder)) or "")
