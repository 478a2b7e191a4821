"""Trains the demo's sample models on scikit-learn's own data sets and registers them in an MLflow.

Usage: seed.py TRACKING_URI. What is registered already is left alone, so that an interrupted run can be repeated.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

# A sample run is no experiment to reproduce: without git and system facts it is logged in a fraction of the time.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import mlflow
import numpy as np
import pandas as pd
from headlines import HEADLINES
from mlflow.models import infer_signature
from mlflow.models.signature import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

SERVER_SECONDS_MAX = 150
PACKAGES = ("mlflow", "scikit-learn", "numpy", "pandas", "scipy", "skops", "cloudpickle")
# One list for all, so that one environment serves every sample.
REQUIREMENTS = [f"{package}=={version(package)}" for package in PACKAGES]


@dataclass
class Sample:
    """One version to register: a fitted model and what is known about it."""

    name: str
    model: Any
    params: dict[str, Any]
    metrics: dict[str, float]
    run_name: str
    example: Any = None
    signature: ModelSignature | None = None
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    alias: str | None = None
    # Types that skops does not load unasked; each is made here from scikit-learn's and NumPy's own code.
    trusted: list[str] = field(default_factory=list)


@dataclass
class Family:
    """A registered model: its description and how its versions are trained, oldest first."""

    name: str
    description: str
    tags: dict[str, str]
    versions: list[Callable[[], Sample]]


def iris(c: float, description: str, alias: str | None, stage: str) -> Sample:
    """A classifier with scikit-learn's own feature names and class numbers."""
    frame, target = load_iris(return_X_y=True, as_frame=True)
    train, test, y_train, y_test = train_test_split(frame, target, test_size=0.3, random_state=7)
    model = LogisticRegression(C=c, max_iter=500).fit(train, y_train)
    return Sample(
        name="iris-classifier",
        model=model,
        params={"C": c, "max_iter": 500, "solver": "lbfgs", "estimator": "LogisticRegression"},
        metrics=classification_metrics(model, test, y_test),
        run_name=f"logistic-C-{c:g}",
        example=frame.iloc[[0, 75, 149]],
        signature=infer_signature(frame, model.predict(frame)),
        description=description,
        tags={"stage": stage, "dataset": "iris"},
        alias=alias,
    )


def iris_unsigned() -> Sample:
    """The same data as a bare array, without signature and example."""
    features, target = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(features, target)
    return Sample(
        name="iris-unsigned",
        model=model,
        params={"C": 1.0},
        metrics={"accuracy": float(model.score(features, target))},
        run_name="unsigned",
        description="Logged without signature and input example, as older training scripts do.",
    )


def diabetes(model: Any, params: dict[str, Any], description: str, alias: str | None) -> Sample:
    """A regressor on named columns."""
    frame, target = load_diabetes(return_X_y=True, as_frame=True)
    train, test, y_train, y_test = train_test_split(frame, target, test_size=0.25, random_state=7)
    model.fit(train, y_train)
    predicted = model.predict(test)
    return Sample(
        name="diabetes-regressor",
        model=model,
        params={"estimator": type(model).__name__, **params},
        metrics={
            "r2": float(metrics.r2_score(y_test, predicted)),
            "rmse": float(metrics.root_mean_squared_error(y_test, predicted)),
            "mae": float(metrics.mean_absolute_error(y_test, predicted)),
        },
        run_name=type(model).__name__.lower(),
        example=frame.head(2),
        signature=infer_signature(frame, predicted),
        description=description,
        tags={"dataset": "diabetes"},
        alias=alias,
        trusted=[] if isinstance(model, Ridge) else ["sklearn.tree._tree.Tree"],
    )


def digits() -> Sample:
    """A classifier of 8×8 images with a tensor signature."""
    images, target = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8)
    train, test, y_train, y_test = train_test_split(images, target, test_size=0.3, random_state=7)
    model = make_pipeline(
        FunctionTransformer(np.reshape, kw_args={"shape": (-1, 64)}),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=300),
    ).fit(train, y_train)
    return Sample(
        name="digits-classifier",
        model=model,
        params={"C": 0.1, "max_iter": 300, "estimator": "LogisticRegression"},
        metrics=classification_metrics(model, test, y_test),
        run_name="digits-logistic",
        example=images[:2],
        signature=ModelSignature(
            inputs=Schema([TensorSpec(np.dtype("float64"), (-1, 8, 8))]),
            outputs=Schema([TensorSpec(np.dtype("int64"), (-1,))]),
        ),
        description="Trained on scikit-learn's 1,797 handwritten digits.",
        tags={"dataset": "digits"},
        alias="champion",
        trusted=["numpy.reshape"],
    )


def news() -> Sample:
    """A text classifier with one string column."""
    rows = [(text, topic) for topic, texts in HEADLINES.items() for text in texts]
    frame = pd.DataFrame({"text": [text for text, _ in rows]})
    topics = [topic for _, topic in rows]
    model = make_pipeline(
        ColumnTransformer([("words", TfidfVectorizer(stop_words="english"), "text")]),
        LogisticRegression(C=10.0),
    ).fit(frame, topics)
    return Sample(
        name="news-classifier",
        model=model,
        params={"C": 10.0, "vectorizer": "TfidfVectorizer", "stop_words": "english"},
        metrics={"train_accuracy": float(model.score(frame, topics))},
        run_name="tfidf-logistic",
        example=pd.DataFrame({"text": ["The goalkeeper saved two penalties", "The bank raised interest rates"]}),
        signature=ModelSignature(
            inputs=Schema([ColSpec(DataType.string, "text")]), outputs=Schema([ColSpec(DataType.string)])
        ),
        description="Thirty handmade headlines; enough to tell sport, science and business apart.",
        tags={"dataset": "handmade"},
    )


def classification_metrics(model: Any, features: Any, target: Any) -> dict[str, float]:
    """Scores on held-out rows."""
    predicted = model.predict(features)
    return {
        "accuracy": float(metrics.accuracy_score(target, predicted)),
        "f1_macro": float(metrics.f1_score(target, predicted, average="macro")),
        "log_loss": float(metrics.log_loss(target, model.predict_proba(features))),
    }


FAMILIES = [
    Family(
        "iris-classifier",
        "Tells three kinds of iris apart by the sizes of sepal and petal.\n\n"
        "* **Input**: four lengths in centimetres, under scikit-learn's own names\n"
        "* **Output**: `0` setosa, `1` versicolor, `2` virginica",
        {"team": "botany", "task": "classification"},
        [
            lambda: iris(0.1, "First try, strongly regularised.", None, "archived"),
            lambda: iris(1.0, "Default regularisation; in service.", "champion", "production"),
            lambda: iris(10.0, "Weaker regularisation, to be compared with the champion.", "challenger", "staging"),
        ],
    ),
    Family(
        "diabetes-regressor",
        "Predicts the progression of diabetes within a year from ten measured values.",
        {"team": "health", "task": "regression"},
        [
            lambda: diabetes(Ridge(alpha=0.1), {"alpha": 0.1}, "A linear baseline.", None),
            lambda: diabetes(
                GradientBoostingRegressor(n_estimators=60, max_depth=2, random_state=7),
                {"n_estimators": 60, "max_depth": 2},
                "Boosted trees.",
                "champion",
            ),
        ],
    ),
    Family(
        "digits-classifier",
        "Reads a handwritten digit from an 8×8 grey image.",
        {"team": "vision", "task": "classification"},
        [digits],
    ),
    Family(
        "news-classifier",
        "Sorts a headline into sport, science or business.",
        {"team": "text", "task": "classification"},
        [news],
    ),
    Family("iris-unsigned", "An iris classifier without a signature.", {"team": "botany"}, [iris_unsigned]),
]


def register(sample: Sample, client: mlflow.MlflowClient) -> None:
    """Logs a run with its model and registers the model as the next version."""
    mlflow.set_experiment(sample.name)
    with mlflow.start_run(run_name=sample.run_name):
        mlflow.log_params(sample.params)
        logged = mlflow.sklearn.log_model(
            sample.model,
            name="model",
            signature=sample.signature,
            input_example=sample.example,
            pip_requirements=REQUIREMENTS,
            skops_trusted_types=sample.trusted,
        )
        mlflow.log_metrics(sample.metrics, model_id=logged.model_id)
    registered = mlflow.register_model(logged.model_uri, sample.name, tags=sample.tags)
    client.update_model_version(sample.name, registered.version, sample.description)
    if sample.alias is not None:
        client.set_registered_model_alias(sample.name, sample.alias, registered.version)


def seed(family: Family, client: mlflow.MlflowClient) -> None:
    """Registers the versions of a model that are not there yet."""
    registered = {model.name for model in client.search_registered_models(filter_string=f"name = '{family.name}'")}
    if family.name not in registered:
        client.create_registered_model(family.name, tags=family.tags, description=family.description)
    there = {int(found.version) for found in client.search_model_versions(f"name = '{family.name}'")}
    for number, train in enumerate(family.versions, start=1):
        if number <= max(there, default=0):
            continue
        print(f"{family.name} version {number}", flush=True)
        register(train(), client)


def wait_for_server(uri: str) -> None:
    """Returns once the server answers; it is started at the same time as this script."""
    deadline = time.monotonic() + SERVER_SECONDS_MAX
    while True:
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def main(tracking_uri: str) -> None:
    """Registers every sample."""
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    wait_for_server(tracking_uri)
    mlflow.set_tracking_uri(tracking_uri)
    client = mlflow.MlflowClient()
    for family in FAMILIES:
        seed(family, client)


if __name__ == "__main__":
    main(sys.argv[1])
