"""The models of the benchmark: small, trained here, the same on every machine and in every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models.signature import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from scipy.ndimage import zoom
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_digits, load_iris, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

SEED = 7
SMALL_MODELS = 20
IMAGE_SIDE = 28
IRIS_COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
TOPICS = {
    "sport": "team match season goal coach league striker final champion referee penalty record stadium fans",
    "science": "telescope planet experiment theory cells genome laser vaccine quantum probe laboratory galaxy study",
    "business": "company profit shares bank interest market investors merger inflation factory exports board prices",
}
FILLERS = "the a new after before with over under because while many few first last year said today"

Rows = Callable[[int], list[Any]]


@dataclass
class Workload:
    """A model, and a source of rows to ask it about."""

    name: str
    # An estimator of scikit-learn, or the path of a pyfunc model's code.
    model: Any
    signature: ModelSignature
    # So many fresh rows; a row is a list of values.
    rows: Rows


def workloads() -> list[Workload]:
    """All models, trained."""
    return [
        logistic(),
        forest("forest"),
        forest("forest-two"),
        tensor(),
        text(),
        pyfunc("sleep"),
        pyfunc("unbatched"),
        *small_models(),
    ]


def logistic(name: str = "logistic", c: float = 1.0) -> Workload:
    """Four doubles: all overhead, hardly any arithmetic."""
    features, target = load_iris(return_X_y=True)
    frame = pd.DataFrame(features, columns=IRIS_COLUMNS)
    model = LogisticRegression(C=c, max_iter=500).fit(frame, target)
    return Workload(name, model, columns_signature(IRIS_COLUMNS, DataType.long), noisy_rows(features, 2))


def small_models() -> list[Workload]:
    """Models of one environment, to weigh what each further one costs."""
    return [logistic(f"small-{number:02}", c=number / 4) for number in range(1, SMALL_MODELS + 1)]


def forest(name: str) -> Workload:
    """Fifty doubles, three classes in fifty rounds of boosting: 150 trees."""
    features, target = make_classification(
        n_samples=3000, n_features=50, n_informative=20, n_classes=3, random_state=SEED
    )
    names = [f"x{number:02}" for number in range(features.shape[1])]
    frame = pd.DataFrame(features, columns=names)
    model = HistGradientBoostingClassifier(max_iter=50, early_stopping=False, random_state=SEED).fit(frame, target)
    return Workload(name, model, columns_signature(names, DataType.long), noisy_rows(features, 4))


def tensor() -> Workload:
    """A grey image of 784 floats: the body is large, the arithmetic is a matrix product."""
    images, digits = load_digits(return_X_y=True)
    large = np.stack([zoom(image.reshape(8, 8) / 16, IMAGE_SIDE / 8, order=1) for image in images])
    features = large.reshape(len(images), -1).astype(np.float32)
    model = MLPClassifier(hidden_layer_sizes=(64,), max_iter=30, random_state=SEED).fit(features, digits)
    signature = ModelSignature(
        inputs=Schema([TensorSpec(np.dtype("float32"), (-1, features.shape[1]))]),
        outputs=Schema([TensorSpec(np.dtype("int64"), (-1,))]),
    )
    return Workload("tensor", model, signature, noisy_rows(features, 4))


def text() -> Workload:
    """One string a row."""
    random = np.random.default_rng(SEED)
    labelled = [(sentence(random, topic), topic) for topic in TOPICS for _ in range(100)]
    frame = pd.DataFrame({"text": [words for words, _ in labelled]})
    model = make_pipeline(
        ColumnTransformer([("words", TfidfVectorizer(), "text")]), LogisticRegression(C=10.0, max_iter=500)
    ).fit(frame, [topic for _, topic in labelled])
    signature = ModelSignature(
        inputs=Schema([ColSpec(DataType.string, "text")]), outputs=Schema([ColSpec(DataType.string)])
    )

    def rows(count: int) -> list[Any]:
        return [[sentence(random, topic)] for topic in random.choice(list(TOPICS), count)]

    return Workload("text", model, signature, rows)


def pyfunc(name: str) -> Workload:
    """A model of custom code, of four doubles."""
    code = {"sleep": "sleeping.py", "unbatched": "centring.py"}[name]
    features, _ = load_iris(return_X_y=True)
    path = str(Path(__file__).parent / code)
    return Workload(name, path, columns_signature(IRIS_COLUMNS, DataType.double), noisy_rows(features, 2))


def columns_signature(names: list[str], output: DataType) -> ModelSignature:
    """Required doubles in, one value a row out."""
    return ModelSignature(
        inputs=Schema([ColSpec(DataType.double, name) for name in names]), outputs=Schema([ColSpec(output)])
    )


def noisy_rows(features: Any, decimals: int) -> Rows:
    """Rows of the training data with some noise, so that no two are alike, as short as people write numbers."""
    random = np.random.default_rng(SEED)
    spread = features.std(axis=0).mean() / 10

    def rows(count: int) -> list[Any]:
        chosen = features[random.integers(0, len(features), count)].astype(np.float64)
        noisy: list[Any] = (chosen + random.normal(0, spread, chosen.shape)).round(decimals).tolist()
        return noisy

    return rows


def sentence(random: Any, topic: str) -> str:
    """About a dozen words, a third of which tell the topic."""
    telling = random.choice(TOPICS[topic].split(), 4)
    words = [*telling, *random.choice(FILLERS.split(), int(random.integers(5, 10)))]
    random.shuffle(words)
    return " ".join(words)
