"""The values of columns as a bare array, for scikit-learn models that make nothing else of a DataFrame.

A scikit-learn model takes a DataFrame apart again: it looks at each column's name and type, and puts the values into an
array. For one row that takes several times as long as predicting. The array is handed over
instead where three things are true: the model is made of nothing but known classes, which look at the names and types of
columns only in `validate_data`; the names are the ones that it was trained with; and the first request of each format was
answered alike both ways. Whatever fails this way is predicted again from the DataFrame, so that errors are the model's own.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np

from slipway_worker.columns import ColumnPlan
from slipway_worker.plan import Part, Plan

#: What takes an array as it takes the DataFrame of its values. Those that look at their input first (nearest neighbours,
#: for one, choose how to search by it) or leave it to others (voting, stacking) are not among them.
_PREDICTORS = frozenset(
    [
        "LogisticRegression",
        "LogisticRegressionCV",
        "LinearRegression",
        "Ridge",
        "RidgeCV",
        "RidgeClassifier",
        "RidgeClassifierCV",
        "Lasso",
        "LassoCV",
        "ElasticNet",
        "ElasticNetCV",
        "SGDClassifier",
        "SGDRegressor",
        "Perceptron",
        "LinearSVC",
        "LinearSVR",
        "SVC",
        "SVR",
        "NuSVC",
        "NuSVR",
        "GaussianNB",
        "LinearDiscriminantAnalysis",
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "ExtraTreeClassifier",
        "ExtraTreeRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
        "GradientBoostingClassifier",
        "GradientBoostingRegressor",
        "HistGradientBoostingClassifier",
        "HistGradientBoostingRegressor",
        "MLPClassifier",
        "MLPRegressor",
        "KMeans",
    ]
)
#: Of these, what only compares values: the order in memory cannot change an answer, and row after row is faster to walk.
_TREES = frozenset(kind for kind in _PREDICTORS if "Tree" in kind or "Forest" in kind or "Boosting" in kind)
_TRANSFORMERS = frozenset(["StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "PCA", "SimpleImputer"])
_SEARCHES = frozenset(("GridSearchCV", "RandomizedSearchCV"))
_PREDICTS = ("predict", "predict_proba", "predict_log_proba")


class BareValues:
    """Whether one model may be given arrays, and the arrays."""

    def __init__(self, model: Any, plan: Plan | None) -> None:
        self._plan = plan if isinstance(plan, ColumnPlan) and plan.is_numeric and _takes_arrays(model, plan) else None
        self._by_rows = self._plan is not None and type(_estimator(model)).__name__ in _TREES
        #: Whether the model is given arrays.
        self.is_trusted = False

    @property
    def is_possible(self) -> bool:
        """False where the model is not known, or was answered otherwise once."""
        return self._plan is not None

    def join(self, parts: list[Part]) -> Any:
        """The rows of all parts, in order: the array that numpy makes of the DataFrame that the plan makes of them.

        In the same order in memory, too, where calculations may depend on it.
        """
        if self._plan is None:
            raise ValueError("the model is not known to take arrays")
        values = self._plan.values(parts)
        return np.ascontiguousarray(values) if self._by_rows else values

    def prove(self, frame: Any, values: Any, answers: tuple[Any, Any]) -> None:
        """Judges by one request, as DataFrame and as array, and by the model's answers to both."""
        expected = np.asarray(frame)
        is_same = (
            _is_same_array(expected, values)
            and (self._by_rows or expected.flags.f_contiguous == values.flags.f_contiguous)
            and all(isinstance(answer, np.ndarray) for answer in answers)
            and _is_same_array(*answers)
        )
        if not is_same:
            self.give_up("its answers differ")
        elif not self.is_trusted:
            # The names were compared once and for all.
            warnings.filterwarnings("ignore", message="X does not have valid feature names", category=UserWarning)
            self.is_trusted = True

    def give_up(self, why: object) -> None:
        """The model is given DataFrames for good."""
        print(f"slipway: the model is given DataFrames, not arrays: {why}", file=sys.stderr)
        self._plan, self.is_trusted = None, False


def _takes_arrays(model: Any, plan: ColumnPlan) -> bool:
    config = (model.metadata.flavors or {}).get("python_function", {})
    if config.get("loader_module") != "mlflow.sklearn" or config.get("predict_fn", "predict") not in _PREDICTS:
        return False
    estimator = _estimator(model)
    if estimator is None or not _is_known(estimator):
        return False
    names = getattr(estimator, "feature_names_in_", None)
    return names is None or list(names) == plan.names


def _estimator(model: Any) -> Any:
    return getattr(getattr(model, "_model_impl", None), "sklearn_model", None)


def _is_known(estimator: Any) -> bool:
    kind = type(estimator).__name__
    if not _is_of_sklearn(estimator):
        return False
    if kind == "Pipeline":
        steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
        return bool(steps) and all(map(_is_known_transformer, steps[:-1])) and _is_known(steps[-1])
    if kind in _SEARCHES:
        return _is_known(getattr(estimator, "best_estimator_", None))
    # Where it was trained with columns of categories it looks for these.
    return kind in _PREDICTORS and getattr(estimator, "is_categorical_", None) is None


def _is_known_transformer(step: Any) -> bool:
    from sklearn import get_config  # type: ignore[import-untyped,unused-ignore]

    kind = type(step).__name__
    return (
        _is_of_sklearn(step)
        and kind in _TRANSFORMERS
        and (kind != "SimpleImputer" or step.strategy in ("mean", "median"))
        and not hasattr(step, "_sklearn_output_config")
        and get_config().get("transform_output", "default") == "default"
    )


def _is_of_sklearn(part: Any) -> bool:
    return type(part).__module__.split(".")[0] == "sklearn"


def _is_same_array(one: Any, other: Any) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
