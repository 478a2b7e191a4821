"""Whether a compiled signature makes of requests what MLflow makes of them: held against MLflow, format by format.

The first request of each format is answered by MLflow's own code while the door to the model is watched: what came through
must equal what the plan would have handed over, in type, order, dtype and value. So a new MLflow or pandas that converts
another way costs speed, never a wrong answer.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from slipway_worker.entry import Entry, Passed


class Proofs:
    """What is known of each format."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._known: dict[str, bool] = {}
        self._none_is_trusted = not entry.takes_enforced

    def is_trusted(self, form: str) -> bool | None:
        """Whether the plan may be used for a format; None until it has been tried."""
        return False if self._none_is_trusted else self._known.get(form)

    def add(self, form: str, made: Any, passed: Passed | None) -> None:
        """Judges a format by one request: what the plan made of it, and what MLflow passed to the model (None: refused it)."""
        equal = passed is not None and _is_same_call(self._entry.passes(made), passed)
        if not equal:
            print(
                f"slipway: MLflow reads {form!r} otherwise than expected; its own code is used for it", file=sys.stderr
            )
        self._known[form] = equal

    def distrust(self) -> None:
        """No format is trusted any more."""
        self._none_is_trusted = True


def _is_same_call(made: Passed | None, passed: Passed) -> bool:
    if made is None or len(made.arguments) != len(passed.arguments) or made.keywords != passed.keywords:
        return False
    return all(map(is_same_input, made.arguments, passed.arguments))


def is_same_input(one: Any, other: Any) -> bool:
    """Whether two inputs of a model cannot be told apart."""
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        return (
            type(one.index) is type(other.index)
            and one.columns.dtype == other.columns.dtype
            and list(one.dtypes) == list(other.dtypes)
            and one.equals(other)
            and list(one.columns) == list(other.columns)
            and all(_has_same_types(one[name], other[name]) for name in one.columns if one[name].dtype == object)
        )
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same_input(one[name], other[name]) for name in one)
    return bool(one == other)


def _has_same_types(one: Any, other: Any) -> bool:
    """Texts may be Python's or numpy's own, which are equal."""
    return list(map(type, one)) == list(map(type, other))
