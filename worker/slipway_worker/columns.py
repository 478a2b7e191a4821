"""The plan of a signature of named scalar columns: JSON rows or columns in, a DataFrame out."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import Any, Callable, NamedTuple

import numpy as np
import pandas as pd

from slipway_worker.number_rows import NumberRows
from slipway_worker.plan import Part

_NUMBERS: frozenset[type] = frozenset((float, int, type(None)))
#: The Python types that are taken for a column of each MLflow type.
TAKEN: dict[str, frozenset[type]] = {
    "double": _NUMBERS,
    "float": _NUMBERS,
    "long": frozenset((int,)),
    "integer": frozenset((int,)),
    "boolean": frozenset((bool,)),
    "string": frozenset((str,)),
}
_DTYPES: dict[str, Any] = {"double": np.float64, "long": np.int64, "boolean": np.bool_}
_EXACT_FLOAT_MAX = 2**53
_INT32 = np.iinfo(np.int32)
_ORDERS_MAX = 64


class _Block(NamedTuple):
    """The columns of one type, which pandas keeps together."""

    kind: str
    #: Their places in the signature.
    places: list[int]


class ColumnPlan:
    """Reads `dataframe_split`, `dataframe_records`, `inputs` and `instances`.

    The values of its parts are one array or, of texts, one list of lists for each block: columns by rows.
    """

    joins = True

    def __init__(self, names: list[str], kinds: list[str]) -> None:
        self.names = names
        self.kinds = kinds
        self._width = len(names)
        self._index = pd.DataFrame(columns=names).columns
        self._blocks = [
            _Block(kind, [place for place, one in enumerate(kinds) if one == kind]) for kind in dict.fromkeys(kinds)
        ]
        self._is_uniform = len(self._blocks) == 1 and kinds[0] != "string"
        self._has_text = "string" in kinds
        is_floats = self._is_uniform and kinds[0] in ("double", "float")
        self.number_forms: frozenset[bytes] = frozenset((b"dataframe_split",) if is_floats else ())
        #: Whether all values are numbers, so that they make one array.
        self.is_numeric = not {"string", "boolean"} & set(kinds)
        self._orders: dict[tuple[str, ...], list[int]] = {}
        self._pick: Callable[[Any], Any] = itemgetter(*names)

    def read(self, document: Any) -> Part | None:
        """See `Plan.read`."""
        if type(document) is not dict or len(document) != 1:
            return None
        ((form, content),) = document.items()
        try:
            if form == "dataframe_split":
                return self._read_split(form, content)
            if form == "dataframe_records":
                return self._read_records(form, content)
            if form in ("inputs", "instances"):
                return self._read_inputs(form, content)
        except (TypeError, ValueError, OverflowError, KeyError):
            pass  # ragged, or nothing like it should be: MLflow's own code finds the words for it
        return None

    def read_number_rows(self, rows: NumberRows) -> Part | None:
        """See `Plan.read_number_rows`."""
        if rows.values.shape[1] != self._width:
            return None
        try:
            order = self._order(rows.columns)
        except (TypeError, ValueError):
            return None
        values = rows.values
        if self.kinds[0] == "float":
            if (np.abs(values) > _EXACT_FLOAT_MAX).any():
                return None
            values = _rounded(values)
        return Part(len(values), f"{rows.form} of numbers", (values.T if order is None else values.T[order],))

    def join(self, parts: list[Part]) -> Any:
        """See `Plan.join`."""
        blocks = self._joined(parts)
        if self._is_uniform:
            return pd.DataFrame(_by_rows(blocks[0]), columns=self._index, copy=False)
        found = {
            place: column for block, values in zip(self._blocks, blocks) for place, column in zip(block.places, values)
        }
        return pd.DataFrame({name: found[place] for place, name in enumerate(self.names)})

    def values(self, parts: list[Part]) -> Any:
        """What numpy makes of `join(parts)` where all values are numbers: rows × columns."""
        blocks = self._joined(parts)
        if self._is_uniform:
            return _by_rows(blocks[0])
        values = np.empty((self._width, sum(part.rows for part in parts)), np.result_type(*blocks))
        for block, content in zip(self._blocks, blocks):
            values[block.places] = content
        return values.T

    def rows(self, part: Part, count_max: int) -> list[Part]:
        """See `Plan.rows`."""
        return [
            Part(1, part.form, tuple(_row(values, kind, row) for values, (kind, _) in zip(part.values, self._blocks)))
            for row in range(min(part.rows, count_max))
        ]

    def varied(self, part: Part) -> Part:
        """See `Plan.varied`."""
        return part._replace(values=tuple(map(vary, part.values)))

    def _joined(self, parts: list[Part]) -> list[Any]:
        return [_join([part.values[place] for part in parts], kind) for place, (kind, _) in enumerate(self._blocks)]

    def _read_split(self, form: str, content: Any) -> Part | None:
        if type(content) is not dict or len(content) != 2:
            return None
        order, rows = self._order(content["columns"]), content["data"]
        if self._is_uniform:
            return self._uniform(form, rows, order)
        if set(map(type, rows)) != {list} or set(map(len, rows)) != {self._width}:
            return None
        columns = list(zip(*rows))
        return self._part(form, columns if order is None else [columns[place] for place in order], len(rows))

    def _read_records(self, form: str, content: Any) -> Part | None:
        if type(content) is not list or set(map(type, content)) != {dict} or set(map(len, content)) != {self._width}:
            return None
        rows = list(map(self._pick, content))
        if self._width == 1:
            return self._part(form, [rows], len(rows))
        if self._is_uniform:
            return self._uniform(form, rows, None)
        return self._part(form, list(zip(*rows)), len(rows))

    def _read_inputs(self, form: str, content: Any) -> Part | None:
        part = None
        if type(content) is dict and len(content) == self._width:
            columns = [content[name] for name in self.names]
            if set(map(type, columns)) == {list} and len(set(map(len, columns))) == 1:
                part = self._part(f"{form} of columns", columns, len(columns[0]))
        elif type(content) is list and content and type(content[0]) is dict:
            part = self._read_records(f"{form} of rows", content)
        elif type(content) is list and self._width == 1:
            part = self._part(f"{form} of one column", [content], len(content))
        return None if part is None or (self._has_text and self._ends_in_nul(part)) else part

    def _uniform(self, form: str, rows: Any, order: list[int] | None) -> Part | None:
        """The part of rows whose values are all of one type; `order`: of their columns, where it is not the signature's."""
        if type(rows) not in (list, tuple):
            return None
        values = _convert(rows, self.kinds[0], (len(rows), self._width))
        if values is None or not rows:
            return None
        return Part(len(rows), form, (values.T if order is None else values.T[order],))

    def _part(self, form: str, columns: list[Any], rows: int) -> Part | None:
        """The part of columns in the signature's order."""
        blocks = []
        for kind, places in self._blocks:
            values = columns if len(places) == self._width else [columns[place] for place in places]
            block = _convert(values, kind, (len(places), rows))
            if block is None:
                return None
            blocks.append(block)
        return Part(rows, form, tuple(blocks)) if rows else None

    def _order(self, columns: Any) -> list[int] | None:
        """Where in `columns` the signature's columns stand; None: in the same order. Raises ValueError for others."""
        if columns == self.names:
            return None
        given = tuple(columns)
        order = self._orders.get(given)
        if order is None:
            if len(given) != self._width:
                raise ValueError("too few or too many columns")
            order = [given.index(name) for name in self.names]
            if len(self._orders) < _ORDERS_MAX:
                self._orders[given] = order
        return order

    def _ends_in_nul(self, part: Part) -> bool:
        texts = next(values for block, values in zip(self._blocks, part.values) if block.kind == "string")
        return any(text.endswith("\0") for text in chain.from_iterable(texts))


def plan_columns(schema: Any) -> tuple[ColumnPlan | None, str]:
    """The plan for a column-based MLflow schema, or why there is none."""
    if not schema.has_input_names():
        return None, "its columns have no names"
    names: list[str] = schema.input_names()
    kinds: list[str] = [getattr(kind, "name", "") for kind in schema.input_types()]
    if len(set(names)) < len(names) or not all(type(name) is str for name in names):
        return None, "its columns have no names of their own"
    for name, kind in zip(names, kinds):
        if kind not in TAKEN:
            return None, f"its column {name!r} is of type {kind or 'array, object or map'}"
    return ColumnPlan(names, kinds), ""


def _convert(values: Any, kind: str, shape: tuple[int, int]) -> Any:
    """Two levels of lists as an array (texts: as lists) of an MLflow type; None when something in them is unusual."""
    types = set(map(type, chain.from_iterable(values)))
    if not types <= TAKEN[kind]:
        return None
    if kind == "string":
        return list(map(list, values))
    if kind in _DTYPES:
        array = np.array(values, _DTYPES[kind])
    elif kind == "float":
        exact = np.array(values, np.float64)
        if int in types and (np.abs(exact) > _EXACT_FLOAT_MAX).any():
            return None
        array = _rounded(exact)
    else:
        wide = np.array(values, np.int64)
        if wide.size and (wide.min() < _INT32.min or wide.max() > _INT32.max):
            return None
        array = wide.astype(np.int32)
    return array if array.shape == shape else None


def _rounded(exact: Any) -> Any:
    with np.errstate(over="ignore"):
        return exact.astype(np.float32)


def vary(values: Any) -> Any:
    """Other numbers for the floats of an array; all else as it is."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        return values
    return values * values.dtype.type(1.5) + values.dtype.type(1)


def _by_rows(block: Any) -> Any:
    """Columns × rows as rows × columns, in the memory order of a frame that pandas has put together from columns."""
    return np.ascontiguousarray(block).T


def _row(values: Any, kind: str, row: int) -> Any:
    return [[column[row]] for column in values] if kind == "string" else values[:, row : row + 1]


def _join(blocks: list[Any], kind: str) -> Any:
    if len(blocks) == 1:
        return blocks[0]
    if kind == "string":
        return [list(chain.from_iterable(columns)) for columns in zip(*blocks)]
    return np.concatenate(blocks, axis=1)
