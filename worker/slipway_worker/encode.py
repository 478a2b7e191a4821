"""What a model predicted, cut by rows and written as MLflow writes it."""

from __future__ import annotations

import json
from typing import Any, Callable

import numpy as np
import pandas as pd

from slipway_worker import jsons

#: From so many numbers on the faster writer is used; below it Python's own is as fast, and writes MLflow's very text.
_MANY_NUMBERS = 64


class Unsplittable(Exception):
    """Predictions that do not belong to rows, one to each."""


class Predictions:
    """The result of one call of the model, of as many rows as it was asked for."""

    def __init__(self, raw: Any) -> None:
        from mlflow.utils.proto_json_utils import NumpyEncoder, _get_jsonable_obj

        self.raw = raw
        #: MLflow's encoder of what JSON does not know.
        self.encoder = NumpyEncoder
        self._jsonable: Callable[..., Any] = _get_jsonable_obj
        self._listed: Any = None

    def require_rows(self, rows: int) -> None:
        """Raises Unsplittable unless there is exactly one prediction a row."""
        raw = self.raw
        if not isinstance(raw, (list, np.ndarray, pd.Series, pd.DataFrame)) or (
            isinstance(raw, np.ndarray) and raw.ndim == 0
        ):
            raise Unsplittable(f"it answers a {type(raw).__name__}, which has no rows")
        if len(raw) != rows:
            raise Unsplittable(f"it answers {len(raw)} predictions for {rows} rows")

    def part(self, rows: slice | None) -> Any:
        """The predictions of some rows in the model's own type; None: all that it answered, whatever it is."""
        if rows is None:
            return self.raw
        if isinstance(self.raw, (pd.Series, pd.DataFrame)):
            return self.raw.iloc[rows]
        return self.raw[rows]

    def json(self, rows: slice | None) -> bytes:
        """MLflow's answer for some rows; None: for all that the model answered, whatever it is."""
        raw = self.raw
        if isinstance(raw, np.ndarray):
            return self._write(raw if rows is None else raw[rows])
        if self._listed is None:
            self._listed = self._jsonable(raw, pandas_orient="records")
        return self._dump(self._listed if rows is None else self._listed[rows])

    def _write(self, array: Any) -> bytes:
        listed = array.tolist()
        if array.dtype.kind in "iuf":
            if jsons.write_numbers is not None and array.size >= _MANY_NUMBERS and _all_finite(array):
                return b'{"predictions": ' + jsons.write_numbers(listed) + b"}"
            # Python writes lists of numbers like its JSON encoder does, but for what is not a number.
            text = repr(listed)
            if "n" not in text:
                return f'{{"predictions": {text}}}'.encode("ascii")
        return self._dump(listed)

    def _dump(self, listed: Any) -> bytes:
        return json.dumps({"predictions": listed}, cls=self.encoder).encode("ascii")


def _all_finite(array: Any) -> bool:
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())
