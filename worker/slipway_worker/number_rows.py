"""Long JSON bodies of rows of floats, read straight into an array.

A parser that makes a Python object of each number takes most of the time that such a body takes. simdjson keeps them where
it has parsed them, and gives all of them as one buffer. What is read here is what `jsons.loads` and `numpy.array` would make
of the same bytes; None where that is not certain: anything but equally long rows of numbers within 64 bits.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import numpy as np

#: Shorter bodies are read as fast by the other way.
_BYTES_MIN = 512
_BRACKET = ord("[")
_FIRST_NAME = re.compile(rb'\{\s*"(\w+)"')
#: A parser keeps what it needed for its longest body.
_KEPT_BYTES_MAX = 4 * 1024**2


class NumberRows(NamedTuple):
    """What a body holds: rows × columns of 64-bit floats, which cannot be written to."""

    #: `inputs`, `instances` or `dataframe_split`.
    form: str
    #: The names of a `dataframe_split`.
    columns: Any
    values: Any


def _parser() -> Any:
    try:
        return importlib.import_module("simdjson").Parser()
    except ImportError:
        return None


_kept: Any = _parser()


def read(body: bytes | memoryview, forms: AbstractSet[bytes]) -> NumberRows | None:
    """The rows of a body in one of some forms; None: it is to be read in the other way."""
    if _kept is None or len(body) < _BYTES_MIN or not forms:
        return None
    first = _FIRST_NAME.match(body)
    if first is None or first[1] not in forms:
        return None  # not parsed here in vain
    parser = _kept if len(body) <= _KEPT_BYTES_MAX else _parser()
    try:
        return _read(parser.parse(body), int(np.count_nonzero(np.frombuffer(body, np.uint8) == _BRACKET)))
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        return None  # no JSON, or none of this kind: whoever reads it next finds the words for it


def _read(document: Any, brackets: int) -> NumberRows | None:
    if len(document) != 1:
        return None
    (form,) = document.keys()
    content = document[form]
    columns = None
    if form == "dataframe_split":
        if len(content) != 2:
            return None
        columns, content, brackets = json.loads(content["columns"].mini), content["data"], brackets - 1
    elif form not in ("inputs", "instances"):
        return None
    rows = len(content)
    # One list of lists, and no list within these.
    if rows == 0 or brackets != rows + 1:
        return None
    width = len(content[0])
    if width == 0 or any(len(row) != width for row in content):
        return None
    values = np.frombuffer(content.as_buffer(of_type="d"), np.float64)
    return NumberRows(form, columns, values.reshape(rows, width))
