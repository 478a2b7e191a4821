"""Seldon's protocol V1, as clients of PrimeHub speak it: `data` (names with ndarray or tensor), `jsonData`, `strData`."""

from __future__ import annotations

import functools
import json
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from slipway_worker.answers import JSON, Answer, refusal
from slipway_worker.encode import Predictions
from slipway_worker.open_inference import parse_object
from slipway_worker.plan import Plan
from slipway_worker.problems import Refused
from slipway_worker.questions import Question
from slipway_worker.request import Request

_SCORING_KEYS = {"dataframe_split", "dataframe_records", "inputs", "instances"}


class _Asked(NamedTuple):
    """A request, as MLflow's scoring protocol has it, and which encoding the answer is to have."""

    document: dict[str, Any]
    #: `ndarray` or `tensor` as in the request; None where it had no `data`.
    encoding: str | None


class SeldonReader:
    """Reads prediction requests for one model."""

    def __init__(self, plan: Plan | None, metadata: Any) -> None:
        self._plan = plan
        schema = metadata.get_input_schema()
        is_named = schema is not None and not schema.is_tensor_spec() and schema.has_input_names()
        self._columns: list[str] | None = schema.input_names() if is_named else None

    def read(self, request: Request) -> Question | Answer:
        """See `Reader.read`."""
        try:
            message = parse_object(bytes(request.body))
            asked = self._ask(message)
        except Refused as refused:
            return refusal(str(refused))
        document = asked.document
        part = None if self._plan is None else self._plan.read(document)
        meta = message.get("meta")
        told = {name: meta[name] for name in ("puid", "tags") if name in meta} if type(meta) is dict else {}
        encode = functools.partial(_encode, asked.encoding, told)
        return Question(request, part, encode, lambda: json.dumps(document).encode("utf-8"), JSON)

    def _ask(self, message: dict[str, Any]) -> _Asked:
        data = message.get("data")
        if type(data) is dict:
            if "tensor" in data:
                return _Asked(self._document(data.get("names"), _from_tensor(data["tensor"])), "tensor")
            if "ndarray" in data:
                return _Asked(self._document(data.get("names"), data["ndarray"]), "ndarray")
            raise Refused("'data' must have an 'ndarray' or a 'tensor'; a 'tftensor' is not supported.")
        if "jsonData" in message:
            content = message["jsonData"]
            if type(content) is dict and content.keys() & _SCORING_KEYS:
                return _Asked(content, None)
            return _Asked({"inputs": content if isinstance(content, (list, dict)) else [content]}, None)
        if "strData" in message:
            if type(message["strData"]) is not str:
                raise Refused("'strData' must be a text.")
            return _Asked({"inputs": [message["strData"]]}, None)
        raise Refused("The body must have one of 'data', 'jsonData' and 'strData'.")

    def _document(self, names: Any, rows: Any) -> dict[str, Any]:
        """Rows of values as MLflow has them for this model. Raises Refused."""
        if type(rows) is not list:
            raise Refused("'data.ndarray' must be a list.")
        if names is not None and (type(names) is not list or not all(type(name) is str for name in names)):
            raise Refused("'data.names' must be a list of texts.")
        if self._columns is None:
            if names and rows and all(type(row) is list and len(row) == len(names) for row in rows):
                return {"dataframe_split": {"columns": names, "data": rows}}
            return {"inputs": rows}
        width = len(self._columns)
        if width == 1 and rows and all(type(row) is not list for row in rows):
            rows = [[row] for row in rows]
        for row in rows:
            if type(row) is not list:
                raise Refused(f"'data.ndarray' must be a list of rows, each a list of {width} values.")
            if not names and len(row) != width:
                raise Refused(
                    f"Each row must have the {width} values {', '.join(self._columns)}, but one has {len(row)}."
                )
        # Clients that do not know the columns send none, or count them.
        known = names and set(names) & set(self._columns)
        return {"dataframe_split": {"columns": names if known else self._columns, "data": rows}}


def _from_tensor(tensor: Any) -> Any:
    shape, values = (tensor.get("shape"), tensor.get("values")) if type(tensor) is dict else (None, None)
    if (
        type(shape) is not list
        or type(values) is not list
        or not all(type(size) is int and size >= 0 for size in shape)
    ):
        raise Refused("'data.tensor' must have a 'shape' and 'values', both lists.")
    if math.prod(shape) != len(values):
        raise Refused(f"A tensor of shape {shape} must have {math.prod(shape)} values, but {len(values)} are given.")
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    return flat.reshape(shape).tolist()


def _encode(encoding: str | None, meta: dict[str, Any], predictions: Predictions, rows: slice | None) -> Answer:
    value = predictions.part(rows)
    if isinstance(value, dict):
        content: dict[str, Any] = {"jsonData": value}
    elif isinstance(value, str):
        content = {"strData": value}
    else:
        content = {"data": _encode_data(encoding, value)}
    text = json.dumps({**content, "meta": meta}, cls=predictions.encoder)
    return Answer(200, JSON, text.encode("ascii"))


def _encode_data(encoding: str | None, value: Any) -> dict[str, Any]:
    if isinstance(value, pd.DataFrame):
        return {"names": [str(name) for name in value.columns], "ndarray": value.to_numpy(dtype=object).tolist()}
    listed = value.to_list() if isinstance(value, pd.Series) else value
    try:
        array = np.asarray(listed)
    except ValueError:  # ragged
        return {"names": [], "ndarray": list(listed)}
    names = [f"t:{place}" for place in range(array.shape[1])] if array.ndim >= 2 else []
    is_numeric = array.dtype.kind in "iuf"
    if is_numeric and encoding != "ndarray":
        shape = list(array.shape) if array.ndim else [1]
        return {"names": names, "tensor": {"shape": shape, "values": array.ravel().tolist()}}
    if isinstance(listed, list):
        return {"names": names, "ndarray": listed}
    return {"names": names, "ndarray": array.tolist() if array.ndim else [array.item()]}
