"""Whether a model predicts each row by itself, so that nobody can see which rows it was called with.

That is known of the flavours below, and of scikit-learn's only while a model is made of nothing but known classes: a class
or function of somebody else's may look at all the rows that it is given. A wrong yes would change answers, a wrong no only
costs speed: what is not known is no.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

#: The loader modules of flavours that predict row by row, and what their classes come from.
FLAVOURS = {
    "mlflow.sklearn": "scikit-learn",
    "mlflow.xgboost": "XGBoost",
    "mlflow.lightgbm": "LightGBM",
    "mlflow.catboost": "CatBoost",
}
_PREDICTS_ROWS = ("predict", "predict_proba", "predict_log_proba", "predict_joint_log_proba")
_KNOWN_PACKAGES = ("sklearn", "imblearn", "xgboost", "lightgbm", "catboost")
#: Of the known packages, what looks at more than one row, or draws random numbers row after row.
_MIXING = {
    "NMF": "solves for all rows at once",
    "MiniBatchNMF": "solves for all rows at once",
}
_RANDOM_STRATEGIES = ("stratified", "uniform")
#: Attributes that only play a part in training.
_TRAINING = frozenset(("scoring", "scorer_", "score_func", "cv", "callbacks", "eval_metric", "refit"))
_OBJECTS_MAX = 100_000


def obstacle(model: Any) -> str | None:
    """Why a loaded pyfunc model cannot be trusted to predict row by row; None when it can."""
    config = (model.metadata.flavors or {}).get("python_function", {})
    loader = config.get("loader_module")
    if loader not in FLAVOURS:
        return f"models loaded by {loader} are not known to predict row by row"
    predict = config.get("predict_fn", "predict")
    if predict not in _PREDICTS_ROWS:
        return f"its function {predict!r} does not answer row by row"
    if loader != "mlflow.sklearn":
        return None
    estimator = getattr(getattr(model, "_model_impl", None), "sklearn_model", None)
    if estimator is None:
        return "this MLflow does not show the scikit-learn model"
    for count, found in enumerate(_parts(estimator)):
        problem = _problem(found) if count < _OBJECTS_MAX else "it is made of too many parts to look at them all"
        if problem is not None:
            return problem
    return None


def _problem(found: Any) -> str | None:
    if isinstance(found, (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)):
        function = found.func if isinstance(found, functools.partial) else found
        package = (getattr(function, "__module__", None) or "").split(".")[0]
        if package in (*_KNOWN_PACKAGES, "numpy", "scipy"):
            return None
        return (
            f"it calls the function {getattr(function, '__qualname__', function)} of {package or 'an unknown package'}"
        )
    if not any(hasattr(found, name) for name in ("get_params", "predict", "transform")):
        return None
    kind = type(found)
    if kind.__module__.split(".")[0] not in _KNOWN_PACKAGES:
        return f"its part {kind.__name__} comes from {kind.__module__}, which is not known to predict row by row"
    if kind.__name__ in _MIXING:
        return f"its part {kind.__name__} {_MIXING[kind.__name__]}"
    if kind.__name__ == "DummyClassifier" and found.strategy in _RANDOM_STRATEGIES:
        return "its part DummyClassifier draws random numbers row after row"
    if kind.__name__ == "IterativeImputer" and found.sample_posterior:
        return "its part IterativeImputer draws random numbers row after row"
    if kind.__name__ in ("FunctionTransformer", "TransformedTargetRegressor"):
        for function in (found.func, found.inverse_func):
            if function is not None and not isinstance(function, np.ufunc):
                return (
                    f"its part {kind.__name__} calls {getattr(function, '__qualname__', function)} on all rows at once"
                )
    return None


def _parts(estimator: Any) -> Iterator[Any]:
    """All that an estimator is made of, itself first."""
    seen: set[int] = set()
    waiting: list[Any] = [estimator]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type):
            continue
        seen.add(id(found))
        if isinstance(found, (list, tuple, set)):
            waiting.extend(found)
        elif isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, np.ndarray):
            if found.dtype == object:
                waiting.extend(found.ravel().tolist())
        elif not isinstance(found, (str, bytes, int, float, complex, bool, type(None))):
            yield found
            # A single tree holds no other estimators, and a forest holds many trees.
            if hasattr(found, "get_params") and not type(found).__module__.startswith("sklearn.tree"):
                waiting.extend(value for name, value in vars(found).items() if name not in _TRAINING)
