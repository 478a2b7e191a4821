"""The plan of a tensor signature: nested JSON lists or ready arrays in, numpy arrays out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from slipway_worker.columns import vary
from slipway_worker.number_rows import NumberRows
from slipway_worker.plan import Part

#: Floats, integers, booleans.
_KINDS = "fiub"


class Tensor(NamedTuple):
    """One input of the signature."""

    #: None: the signature's only one, which has no name.
    name: str | None
    dtype: Any
    shape: tuple[int, ...]


class TensorPlan:
    """Reads `inputs` and, of a tensor without a name, `instances`: MLflow converts them with `numpy.array` as well.

    The values of its parts are one array for each tensor.
    """

    def __init__(self, tensors: list[Tensor]) -> None:
        self.tensors = tensors
        self._is_named = tensors[0].name is not None
        is_rows = not self._is_named and tensors[0].dtype in (np.float32, np.float64) and len(tensors[0].shape) == 2
        self.number_forms: frozenset[bytes] = frozenset((b"inputs", b"instances") if is_rows else ())
        #: Other sizes that are free would differ from request to request.
        self.joins = all(tensor.shape[0] == -1 and -1 not in tensor.shape[1:] for tensor in tensors)

    def read(self, document: Any) -> Part | None:
        """See `Plan.read`."""
        if type(document) is not dict or len(document) != 1:
            return None
        ((form, content),) = document.items()
        try:
            if self._is_named:
                if form != "inputs" or type(content) is not dict or len(content) != len(self.tensors):
                    return None
                return self._part(form, [_converted(content[tensor.name], tensor) for tensor in self.tensors])
            if form not in ("inputs", "instances"):
                return None
            return self._part(form, [_converted(content, self.tensors[0])])
        except (TypeError, ValueError, OverflowError, KeyError):
            return None  # ragged, or nothing like a tensor: MLflow's own code finds the words for it

    def read_number_rows(self, rows: NumberRows) -> Part | None:
        """See `Plan.read_number_rows`."""
        with np.errstate(over="ignore"):
            values = rows.values.astype(self.tensors[0].dtype, copy=False)
        return self._part(f"{rows.form} of numbers", [values])

    def read_arrays(self, arrays: dict[str | None, Any]) -> Part | None:
        """What ready arrays ask for, by the names of their tensors."""
        values = [arrays[tensor.name].astype(tensor.dtype, copy=False) for tensor in self.tensors]
        return self._part("arrays", values)

    def join(self, parts: list[Part]) -> Any:
        """See `Plan.join`."""
        if len(parts) == 1:
            # A copy of what lies in a received frame, because a model may write into its input.
            arrays = [array if array.flags.writeable else array.copy() for array in parts[0].values]
        else:
            arrays = [np.concatenate(several) for several in zip(*(part.values for part in parts))]
        if self._is_named:
            return {tensor.name: array for tensor, array in zip(self.tensors, arrays)}
        return arrays[0]

    def rows(self, part: Part, count_max: int) -> list[Part]:
        """See `Plan.rows`."""
        return [
            Part(1, part.form, tuple(array[row : row + 1] for array in part.values))
            for row in range(min(part.rows, count_max))
        ]

    def varied(self, part: Part) -> Part:
        """See `Plan.varied`."""
        return part._replace(values=tuple(map(vary, part.values)))

    def _part(self, form: str, arrays: list[Any]) -> Part | None:
        if not all(_fits(array.shape, tensor.shape) for array, tensor in zip(arrays, self.tensors)):
            return None
        rows = arrays[0].shape[0]
        if rows == 0 or any(array.shape[0] != rows for array in arrays):
            return None
        return Part(rows, form, tuple(arrays))


def plan_tensors(schema: Any) -> tuple[TensorPlan | None, str]:
    """The plan for a tensor-based MLflow schema, or why there is none."""
    tensors = [Tensor(spec.name, spec.type, tuple(spec.shape)) for spec in schema.inputs]
    names = [tensor.name for tensor in tensors]
    if len(set(names)) < len(names) or (None in names and len(names) > 1):
        return None, "its tensors have no names of their own"
    for tensor in tensors:
        if tensor.dtype.kind not in _KINDS or not tensor.shape:
            return None, f"its tensor is of type {tensor.dtype} and shape {tensor.shape}"
    return TensorPlan(tensors), ""


def _converted(content: Any, tensor: Tensor) -> Any:
    if type(content) is not list:
        raise TypeError("not a list")
    return np.array(content, dtype=tensor.dtype)


def _fits(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(given) == len(wanted) and all(want in (-1, size) for size, want in zip(given, wanted))
